// What the clinic offers, asked of its interface as any program may.

/**
 * @param {import('@playwright/test').APIRequestContext} request
 * @param {'services' | 'practitioners' | 'branches'} what
 * @param {string} language
 */
export async function offered(request, what, language = 'ru') {
  const answer = await request.get(`/api/v1/${what}`, { headers: { 'accept-language': language } });
  return (await answer.json())[what];
}

/**
 * A service that takes people of these ages, both ends included: another for each visitor, so that stories told side by
 * side do not want the same times.
 *
 * @param {import('@playwright/test').APIRequestContext} request
 * @param {import('./visitor.js').Visitor} visitor who will read its title
 * @param {[number, number]} ages
 */
export async function serviceFor(request, visitor, [youngest, oldest]) {
  const fits = ({ age }) => (age.from ?? 0) <= youngest && oldest <= (age.to ?? 200);
  const fitting = (await offered(request, 'services', visitor.words.language)).filter(fits);
  return fitting[visitor.draws(fitting.length)];
}

/** The free times of a service over the next days, as one text that changes with any of them. */
export async function freeTimes(request, service, days = 21) {
  const day = (ahead) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
  const answer = await request.get('/api/v1/slots', { params: { service: service.id, from: day(0), to: day(days) } });
  const { slots } = await answer.json();
  return slots.map(({ start, practitioner, branch }) => `${start} ${practitioner} ${branch}`);
}
