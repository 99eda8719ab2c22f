// The distribution's Chromium, never one of Playwright's own downloads.

/** Given by `cargo xtask e2e`; the usual place where it is not. */
export const CHROMIUM = process.env.MEDOK_E2E_CHROMIUM || '/usr/bin/chromium';

/** Nothing in the background: on a closed network each look-up of a browser's own is an error in its log. */
export const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
