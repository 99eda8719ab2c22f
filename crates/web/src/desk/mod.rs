//! The desk: where the clinic's people work.
//!
//! *Invariant*: every route of a signed-in employee is added with the action it is (`routes.rs`), and its handler gets a
//! request only once the session lives, the obligation was accepted and the policies of access allow the action. Pages
//! work without JavaScript. What lies outside an employee's reach looks like absent.

mod account;
mod asked;
mod blocks;
mod book;
mod calendars;
mod clinic;
mod demo;
mod external;
mod figures;
mod home;
mod looks;
mod obligation;
mod page;
mod passkeys;
mod people;
mod provider;
mod represent;
mod routes;
mod shell;
mod sign_in;
mod staff;
mod switch;
mod texts;
mod today;
mod trouble;
mod welcome;

#[cfg(test)]
mod tests;

use trust::access::Action;

use routes::DeskRoutes;
pub use routes::Permission;

/// The routes of the desk.
pub(crate) fn routes() -> DeskRoutes {
    DeskRoutes::new()
        .open_get("/desk/sign-in", sign_in::form)
        .open_post("/desk/sign-in", sign_in::sign_in)
        .open_get("/desk/switch", switch::form)
        .open_post("/desk/switch", switch::resume)
        .open_post("/desk/passkey", passkeys::ask)
        .open_get("/desk/demo/{token}", demo::open)
        .open_get("/desk/demo", demo::form)
        .open_post("/desk/demo", demo::enter)
        .open_post("/desk/demo/reset", demo::reset)
        .open_get("/desk/provider", provider::leave)
        .open_get("/desk/provider/back", provider::back)
        .open_post("/desk/provider", provider::enter)
        .open_post("/desk/provider/second", provider::second)
        .open_get("/desk/welcome/{token}", welcome::open)
        .open_get("/desk/welcome", welcome::form)
        .open_post("/desk/welcome", welcome::set)
        .open_post("/desk/welcome/passkey", passkeys::of_invited)
        .get("/desk", Action::OwnAccount, home::home)
        .get("/desk/obligation", Action::OwnAccount, obligation::form)
        .post("/desk/obligation", Action::OwnAccount, obligation::accept)
        .get("/desk/account", Action::OwnAccount, account::show)
        .post(
            "/desk/account/sign-out",
            Action::OwnAccount,
            account::sign_out,
        )
        .post("/desk/account/passkey", Action::OwnAccount, passkeys::new)
        .post("/desk/account/passkeys", Action::OwnAccount, passkeys::add)
        .post(
            "/desk/account/passkeys/{id}/remove",
            Action::OwnAccount,
            passkeys::remove,
        )
        .post("/desk/lock", Action::OwnAccount, switch::lock)
        .get("/desk/today", Action::SeeBoard, today::today)
        .get("/desk/week", Action::SeeBoard, today::week)
        .post("/desk/today/print", Action::Print, today::print_day)
        .get("/desk/waiting", Action::Accept, today::waiting)
        .get("/desk/book", Action::Book, book::form)
        .post("/desk/book", Action::Book, book::send)
        .post("/desk/book/times", Action::Book, book::times)
        .post("/desk/book/parties", Action::Book, book::parties)
        .post("/desk/book/people", Action::FindPerson, book::people)
        .get("/desk/live", Action::SeeBoard, today::live)
        .get("/desk/boards/{board}/{id}", Action::SeeBoard, today::one)
        .post(
            "/desk/boards/{board}/{id}/accept",
            Action::Accept,
            today::accept,
        )
        .post(
            "/desk/boards/{board}/{id}/arrive",
            Action::Mark,
            today::arrive,
        )
        .post(
            "/desk/boards/{board}/{id}/complete",
            Action::Mark,
            today::complete,
        )
        .post(
            "/desk/boards/{board}/{id}/no-show",
            Action::Mark,
            today::no_show,
        )
        .post(
            "/desk/boards/{board}/{id}/undo",
            Action::SeeBoard,
            today::undo,
        )
        .post(
            "/desk/boards/{board}/{id}/cancel",
            Action::Cancel,
            today::cancel,
        )
        .get(
            "/desk/boards/{board}/{id}/move",
            Action::Move,
            today::move_form,
        )
        .post("/desk/boards/{board}/{id}/move", Action::Move, today::moved)
        .post("/desk/boards/{board}/{id}/slip", Action::Print, today::slip)
        .get("/desk/blocks", Action::Block, blocks::form)
        .post("/desk/blocks", Action::Block, blocks::make)
        .post("/desk/blocks/check", Action::Block, blocks::check)
        .post("/desk/blocks/{id}/remove", Action::Block, blocks::remove)
        .get("/desk/people", Action::FindPerson, people::form)
        .post("/desk/people", Action::FindPerson, people::find)
        .get("/desk/people/{id}", Action::FindPerson, people::card)
        .post("/desk/people/{id}/reveal", Action::Reveal, people::reveal)
        .post(
            "/desk/people/{id}/identify",
            Action::Identify,
            people::identify,
        )
        .post("/desk/people/{id}/join", Action::Join, people::join)
        .post("/desk/people/{id}/part", Action::Join, people::part)
        .post("/desk/people/{id}/others", Action::Join, people::others)
        .post(
            "/desk/people/{id}/representatives/find",
            Action::Identify,
            represent::find,
        )
        .post(
            "/desk/people/{id}/representatives",
            Action::Identify,
            represent::name,
        )
        .post(
            "/desk/people/{id}/representatives/{tie}/end",
            Action::Identify,
            represent::end,
        )
        .post(
            "/desk/people/{id}/representatives/{tie}/restore",
            Action::Identify,
            represent::restore,
        )
        .get(
            "/desk/people/{id}/looks",
            Action::SeeLooks,
            looks::of_person,
        )
        .get("/desk/looks", Action::SeeAllLooks, looks::all)
        .get("/desk/looks/{id}", Action::SeeAllLooks, looks::of_person)
        .get("/desk/journal", Action::SeeJournal, looks::journal)
        .get("/desk/figures", Action::SeeFigures, figures::show)
        .get(
            "/desk/figures/{figure}",
            Action::SeeFigures,
            figures::download,
        )
        .get("/desk/account/calendar", Action::OwnAccount, calendars::own)
        .post(
            "/desk/account/calendar/make",
            Action::OwnAccount,
            calendars::make_own,
        )
        .post(
            "/desk/account/calendar/revoke",
            Action::OwnAccount,
            calendars::revoke_own,
        )
        .get("/desk/calendars", Action::ManageStaff, calendars::all)
        .post(
            "/desk/calendars/{id}/make",
            Action::ManageStaff,
            calendars::make,
        )
        .post(
            "/desk/calendars/{id}/revoke",
            Action::ManageStaff,
            calendars::revoke,
        )
        .get("/desk/external", Action::ImportBusy, external::show)
        .post("/desk/external", Action::ImportBusy, external::add)
        .post(
            "/desk/external/{id}/read",
            Action::ImportBusy,
            external::read,
        )
        .post(
            "/desk/external/{id}/remove",
            Action::ImportBusy,
            external::remove,
        )
        .post(
            "/desk/external/{id}/known/{appointment}",
            Action::ImportBusy,
            external::known,
        )
        .get("/desk/forms", Action::ProposeText, clinic::forms)
        .get("/desk/forms/{code}", Action::ProposeText, clinic::form)
        .post("/desk/forms/{code}", Action::ProposeText, clinic::save_form)
        .get("/desk/setup", Action::ManageCatalogue, clinic::setup)
        .post(
            "/desk/setup/{step}",
            Action::ManageCatalogue,
            clinic::save_setup,
        )
        .get("/desk/clinic", Action::ManageCatalogue, clinic::overview)
        .get(
            "/desk/clinic/closed",
            Action::ManageCatalogue,
            clinic::closed,
        )
        .post(
            "/desk/clinic/closed",
            Action::ManageCatalogue,
            clinic::save_closed,
        )
        .get(
            "/desk/clinic/{kind}/{id}",
            Action::ManageCatalogue,
            clinic::one,
        )
        .post(
            "/desk/clinic/{kind}/{id}",
            Action::ManageCatalogue,
            clinic::save,
        )
        .post(
            "/desk/clinic/{kind}/{id}/withdraw",
            Action::ManageCatalogue,
            clinic::withdraw,
        )
        .post(
            "/desk/clinic/{kind}/{id}/restore",
            Action::ManageCatalogue,
            clinic::restore,
        )
        .post(
            "/desk/clinic/{kind}/{id}/place",
            Action::ManageCatalogue,
            clinic::place,
        )
        .get(
            "/desk/clinic/{kind}/{id}/week",
            Action::ManageCatalogue,
            clinic::week,
        )
        .post(
            "/desk/clinic/{kind}/{id}/week",
            Action::ManageCatalogue,
            clinic::save_week,
        )
        .get(
            "/desk/clinic/{kind}/{id}/dates",
            Action::ManageCatalogue,
            clinic::dates,
        )
        .post(
            "/desk/clinic/{kind}/{id}/dates",
            Action::ManageCatalogue,
            clinic::save_dates,
        )
        .get("/desk/texts", Action::ProposeText, texts::list)
        .get("/desk/texts/{code}", Action::ProposeText, texts::one)
        .post("/desk/texts/{code}", Action::ProposeText, texts::propose)
        .get(
            "/desk/texts/{code}/{id}",
            Action::ProposeText,
            texts::version,
        )
        .post(
            "/desk/texts/{code}/{id}/approve",
            Action::ApproveText,
            texts::approve,
        )
        .post(
            "/desk/texts/{code}/{id}/decline",
            Action::ApproveText,
            texts::decline,
        )
        .post(
            "/desk/texts/{code}/{id}/withdraw",
            Action::ProposeText,
            texts::withdraw,
        )
        .get("/desk/staff", Action::ManageStaff, staff::list)
        .post("/desk/staff", Action::ManageStaff, staff::invite_new)
        .get("/desk/staff/{id}", Action::ManageStaff, staff::one)
        .post(
            "/desk/staff/{id}/change",
            Action::ManageStaff,
            staff::change,
        )
        .post(
            "/desk/staff/{id}/identity",
            Action::ManageStaff,
            provider::link,
        )
        .post(
            "/desk/staff/{id}/invite",
            Action::ManageStaff,
            staff::invite,
        )
        .post(
            "/desk/staff/{id}/dismiss",
            Action::ManageStaff,
            staff::dismiss,
        )
}
