//! A login by form and cookie, for tests that do what users do.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};
use hyper::{Request, Response, StatusCode};

use crate::answer::text;

/// Who may log in. It is a demo: there is nothing to protect.
const FORM: &str = "user=greenlight&password=demo";

const SESSION: &str = "session=demo";

/// The longest form that is read.
const FORM_BYTES: usize = 4096;

/// The page that only those see who have logged in.
pub(crate) fn account(headers: &HeaderMap) -> Response<Full<Bytes>> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    if cookies.flat_map(|line| line.split(';')).any(|cookie| cookie.trim() == SESSION) {
        text(StatusCode::OK, "The account of greenlight\n".to_owned())
    } else {
        text(StatusCode::UNAUTHORIZED, "log in first: POST user and password to /login\n".to_owned())
    }
}

/// Begins a session for whoever sends the right form, unless the service forgets it at once.
pub(crate) async fn login(request: Request<Incoming>, forgets: bool) -> Response<Full<Bytes>> {
    // A body that breaks off or is too long is no right form either.
    let form = Limited::new(request.into_body(), FORM_BYTES).collect().await;
    let right = form.is_ok_and(|form| form.to_bytes() == FORM);
    if !right {
        return text(StatusCode::UNAUTHORIZED, "wrong user or password\n".to_owned());
    }
    let mut answer = text(StatusCode::OK, "logged in\n".to_owned());
    if !forgets {
        answer.headers_mut().insert(SET_COOKIE, HeaderValue::from_static("session=demo; Path=/; HttpOnly"));
    }
    answer
}

/// Ends the session.
pub(crate) fn logout() -> Response<Full<Bytes>> {
    let mut answer = text(StatusCode::OK, "logged out\n".to_owned());
    answer.headers_mut().insert(SET_COOKIE, HeaderValue::from_static("session=; Path=/; Max-Age=0"));
    answer
}
