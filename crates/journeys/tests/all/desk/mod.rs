//! The desk: signing in, who may do what, and what attackers try.

mod attacks;
mod people;
mod routes;
mod sign_in;
mod staff;
