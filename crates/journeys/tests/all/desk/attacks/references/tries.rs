//! What somebody of another branch tries: each route of the desk that has an id in its address, with the ids of what stands
//! elsewhere.

use journeys::{Answer, Colleague, WORK_DAY};

use super::{Ids, NOBODYS};

/// How an address and a form are tried.
pub(super) struct Try {
    pub(super) method: &'static str,
    pub(super) route: &'static str,
    /// Who tries it: in this role, at the other branch.
    pub(super) role: &'static str,
    /// What stands for `{id}`, `{board}`, …
    pub(super) places: Vec<(&'static str, String)>,
    pub(super) query: String,
    pub(super) form: Vec<(&'static str, String)>,
    /// What they are answered: absent, or nothing at all was done.
    pub(super) says: u16,
    /// Whether somebody at the right branch gets further with the very same.
    pub(super) rightful: bool,
}

impl Try {
    pub(super) fn path(&self, of_nobody: bool) -> String {
        let mut path = self.route.to_owned();
        for (place, value) in &self.places {
            let value = if of_nobody { NOBODYS } else { value };
            path = path.replace(place, value);
        }
        format!("{path}{}", self.query)
    }

    pub(super) async fn by(&self, one: &mut Colleague<'_>, of_nobody: bool) -> Answer {
        let path = self.path(of_nobody);
        if self.method == "GET" {
            return one.get(&path).await;
        }
        let form: Vec<(&str, &str)> = self
            .form
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        one.post(&path, &form).await
    }
}

/// What everybody leaves behind in the story, to be tried by those of another branch.
pub(super) struct Scene {
    pub(super) ids: Ids,
    pub(super) other: Ids,
    pub(super) block: String,
    pub(super) passkey: String,
    pub(super) practitioner: String,
    pub(super) service: String,
    pub(super) text: String,
    pub(super) tie: String,
}

/// Rows of the list, a line each.
macro_rules! each {
    ($add:ident: $($role:expr, $method:expr, $route:expr, $places:expr, $form:expr, $says:expr, $rightful:expr;)*) => {
        $($add($role, $method, $route, $places, $form, $says, $rightful);)*
    };
}

pub(super) fn tries(of: &Scene) -> Vec<Try> {
    let mut all = Vec::new();
    let mut add = |role,
                   method,
                   route,
                   places: Vec<(&'static str, &str)>,
                   form: &[(&'static str, &str)],
                   says,
                   rightful| {
        all.push(Try {
            method,
            route,
            role,
            places: places
                .into_iter()
                .map(|(place, id)| (place, id.to_owned()))
                .collect(),
            query: String::new(),
            form: form
                .iter()
                .map(|(name, value)| (*name, (*value).to_owned()))
                .collect(),
            says,
            rightful,
        });
    };
    let day = "supervisor";
    let on_board = || {
        vec![
            ("{board}", of.ids.board.as_str()),
            ("{id}", of.ids.appointment.as_str()),
        ]
    };
    let version = ("version", "0");
    each! { add:
        day, "GET", "/desk/boards/{board}/{id}", on_board(), &[], 404, false;
        day, "GET", "/desk/boards/{board}/{id}/move", on_board(), &[], 404, false;
    }
    let elsewhere = [
        version,
        ("day", WORK_DAY),
        ("at", "15:00"),
        ("column", of.practitioner.as_str()),
    ];
    each! { add:
        day, "POST", "/desk/boards/{board}/{id}/move", on_board(), &elsewhere, 404, false;
        day, "POST", "/desk/boards/{board}/{id}/slip", on_board(), &[], 404, true;
        day, "POST", "/desk/boards/{board}/{id}/accept", on_board(), &[version], 404, true;
        day, "POST", "/desk/boards/{board}/{id}/arrive", on_board(), &[version], 404, true;
        day, "POST", "/desk/boards/{board}/{id}/complete", on_board(), &[version], 404, true;
        day, "POST", "/desk/boards/{board}/{id}/no-show", on_board(), &[version], 404, true;
        day, "POST", "/desk/boards/{board}/{id}/undo", on_board(), &[version], 404, true;
        day, "POST", "/desk/boards/{board}/{id}/cancel", on_board(), &[version, ("reason", "patient")], 404, true;
    }
    let person = || vec![("{id}", of.ids.person.as_str())];
    let other = [("other", of.other.person.as_str())];
    each! { add:
        day, "GET", "/desk/people/{id}", person(), &[], 404, true;
        day, "GET", "/desk/people/{id}/looks", person(), &[], 404, true;
        // Whoever oversees has every branch: an id of something else.
        "deputy", "GET", "/desk/looks/{id}", vec![("{id}", of.block.as_str())], &[], 404, false;
    }
    let why = [("purpose", "contact"), ("reason", "перезвонить")];
    each! { add:
        day, "POST", "/desk/people/{id}/reveal", person(), &why, 404, true;
    }
    let via = [("via", of.ids.appointment.as_str())];
    each! { add:
        day, "POST", "/desk/people/{id}/reveal", person(), &via, 404, true;
        day, "POST", "/desk/people/{id}/identify", person(), &[("document", "passport")], 404, true;
        day, "POST", "/desk/people/{id}/join", person(), &other, 404, true;
        day, "POST", "/desk/people/{id}/part", person(), &other, 404, true;
        day, "POST", "/desk/people/{id}/others", person(), &other, 404, true;
    }
    let named = [
        ("other", of.other.person.as_str()),
        ("basis", "parent"),
        ("paper", "birth_certificate"),
    ];
    each! { add:
        day, "POST", "/desk/people/{id}/representatives", person(), &named, 404, true;
        day, "POST", "/desk/people/{id}/representatives/find", person(), &[("query", "0913")], 404, true;
    }
    for route in [
        "/desk/people/{id}/representatives/{tie}/end",
        "/desk/people/{id}/representatives/{tie}/restore",
    ] {
        let places = vec![
            ("{id}", of.other.person.as_str()),
            ("{tie}", of.tie.as_str()),
        ];
        add(day, "POST", route, places, &[], 404, true);
    }
    each! { add:
        day, "POST", "/desk/blocks/{id}/remove", vec![("{id}", &of.block)], &[], 303, true;
    }
    let passkey = vec![("{id}", of.passkey.as_str())];
    each! { add:
        day, "POST", "/desk/account/passkeys/{id}/remove", passkey, &[], 303, false;
    }
    // What is no branch's: an id of something else.
    let source = || vec![("{id}", of.block.as_str())];
    each! { add:
        "administrator", "POST", "/desk/external/{id}/read", source(), &[], 404, false;
        "administrator", "POST", "/desk/external/{id}/remove", source(), &[], 303, false;
    }
    let known = vec![
        ("{id}", of.block.as_str()),
        ("{appointment}", of.ids.appointment.as_str()),
    ];
    each! { add:
        "administrator", "POST", "/desk/external/{id}/known/{appointment}", known, &[], 404, false;
    }
    let keeper = "administrator";
    let service = || vec![("{id}", of.service.as_str())];
    each! { add:
        keeper, "POST", "/desk/calendars/{id}/make", service(), &[], 404, false;
        keeper, "POST", "/desk/calendars/{id}/revoke", service(), &[], 303, false;
    }
    for route in [
        "/desk/clinic/{kind}/{id}",
        "/desk/clinic/{kind}/{id}/week",
        "/desk/clinic/{kind}/{id}/dates",
    ] {
        let places = || vec![("{kind}", "people"), ("{id}", of.service.as_str())];
        add(keeper, "GET", route, places(), &[], 404, false);
        add(keeper, "POST", route, places(), &[], 404, false);
    }
    for route in [
        "/desk/clinic/{kind}/{id}/withdraw",
        "/desk/clinic/{kind}/{id}/restore",
        "/desk/clinic/{kind}/{id}/place",
    ] {
        let places = vec![("{kind}", "people"), ("{id}", of.service.as_str())];
        add(
            keeper,
            "POST",
            route,
            places,
            &[("sure", "yes")],
            404,
            false,
        );
    }
    each! { add:
        keeper, "POST", "/desk/setup/{step}", vec![("{step}", "none")], &[], 404, false;
    }
    let account = || vec![("{id}", of.ids.appointment.as_str())];
    each! { add:
        keeper, "GET", "/desk/staff/{id}", account(), &[], 404, false;
    }
    for route in [
        "/desk/staff/{id}/change",
        "/desk/staff/{id}/identity",
        "/desk/staff/{id}/invite",
        "/desk/staff/{id}/dismiss",
    ] {
        let form = [("sure", "yes"), ("role", "registrar"), ("branches", "all")];
        add(keeper, "POST", route, account(), &form, 404, false);
    }
    let approver = "responsible";
    for route in ["/desk/forms/{code}", "/desk/texts/{code}"] {
        each! { add:
            approver, "GET", route, vec![("{code}", "none")], &[], 404, false;
            approver, "POST", route, vec![("{code}", "none")], &[("body", "# Текст"), ("do", "propose")], 404, false;
        }
    }
    // A version of one text under the address of another.
    let text = || {
        vec![
            ("{code}", "house:operator.toml"),
            ("{id}", of.text.as_str()),
        ]
    };
    each! { add:
        approver, "GET", "/desk/texts/{code}/{id}", text(), &[], 404, false;
    }
    each! { add:
        approver, "POST", "/desk/texts/{code}/{id}/approve", text(), &[], 404, false;
        approver, "POST", "/desk/texts/{code}/{id}/decline", text(), &[], 404, false;
        approver, "POST", "/desk/texts/{code}/{id}/withdraw", text(), &[], 404, false;
        "owner", "GET", "/desk/figures/{figure}", vec![("{figure}", "names")], &[], 404, false;
    }
    // Links are ids, too: one of nobody's is one that was used up.
    each! { add:
        keeper, "GET", "/desk/welcome/{token}", vec![("{token}", "abcdefghijklmnopqrstuvwxyz234567")], &[], 303, false;
        keeper, "GET", "/desk/demo/{token}", vec![("{token}", "abcdefghijklmnopqrstuvwxyz234567")], &[], 404, false;
    }
    all
}
