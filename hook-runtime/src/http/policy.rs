//! Decides whether a request may be sent, first by its name and then by every address behind the name.

use std::net::{IpAddr, SocketAddr};

use super::{
    address::AddressClass,
    error::HttpError,
    excerpt::shortened,
    grant::Permit,
    grants::HttpGrants,
    outcome::DenialKind,
    role::{Role, Roles},
    runtime_api::RuntimeApi,
    target::{Host, Target, origin},
};

/// What the grants say of the request's scheme, host and port.
///
/// # Errors
///
/// [`HttpError::Denied`] with the grant to add when no grant covers them.
pub(super) fn authorize(
    grants: &HttpGrants,
    roles: &Roles,
    method: &http::Method,
    target: &Target,
) -> Result<Vec<Permit>, HttpError> {
    let permits = grants.permits(target, roles);
    if !permits.is_empty() {
        return Ok(permits);
    }
    let request = format!("{method} {}", shown(target));
    let matching_role = [Role::Test, Role::Production].into_iter().find(|role| {
        roles
            .target(*role)
            .is_some_and(|r| (r.scheme, &r.host, r.port) == (target.scheme, &target.host, target.port))
    });
    let sentence = if let Some(role) = matching_role {
        format!("no grant covers {request}; add \"{role}\" to grants.http")
    } else if let Some(class) = ungrantable(&target.host) {
        format!("no grant can cover {request}, because {} is {class}{}", target.host, exception(class))
    } else if let Some(role) = unfilled(grants, roles) {
        format!(
            "no grant covers {request}, and the grant {role} is empty, because the host knows no such listener; add \
             \"{}\" to grants.http",
            target.origin()
        )
    } else {
        format!("no grant covers {request}; add \"{}\" to grants.http", target.origin())
    };
    Err(HttpError::Denied { kind: DenialKind::NoGrant, sentence })
}

/// How many addresses of one name are tried. An owner of a name can give it thousands.
const MAX_ADDRESSES: usize = 8;

/// The addresses, out of those that the name resolved to, that may be connected to; at most eight.
///
/// # Errors
///
/// [`HttpError::Denied`] when none may, with the first address's reason.
pub(super) fn judge(
    permits: &[Permit],
    runtime_apis: &[RuntimeApi],
    method: &http::Method,
    target: &Target,
    addresses: &[IpAddr],
) -> Result<Vec<SocketAddr>, HttpError> {
    let mut refusal = None;
    let mut survivors = Vec::new();
    for address in addresses {
        if survivors.len() == MAX_ADDRESSES {
            break;
        }
        match judge_one(permits, runtime_apis, target, *address) {
            Ok(()) => survivors.push(SocketAddr::new(*address, target.port)),
            Err(reason) => refusal = refusal.or(Some(reason)),
        }
    }
    match refusal {
        Some(reason) if survivors.is_empty() => Err(HttpError::Denied {
            kind: DenialKind::Address,
            sentence: format!("{method} {} was not sent: {reason}", shown(target)),
        }),
        _ => Ok(survivors),
    }
}

fn judge_one(
    permits: &[Permit],
    runtime_apis: &[RuntimeApi],
    target: &Target,
    address: IpAddr,
) -> Result<(), String> {
    // A mapped address reaches the IPv4 address itself, so that is what a range has to contain.
    let plain = address.to_canonical();
    let leads = match &target.host {
        Host::Ip(_) => format!("{address} is"),
        Host::Name(name) => format!("{name} resolves to {address},"),
    };
    if runtime_apis.iter().any(|api| api.is_at(&target.host, plain, target.port)) {
        return Err(format!("{leads} the AWS Lambda Runtime API, which no grant can cover"));
    }
    let class = AddressClass::of(address);
    let spelled_out = |permit: &&Permit| permit.literal == Some(address);
    let allowed = match class {
        AddressClass::Public => true,
        AddressClass::Private => {
            permits.iter().any(|p| spelled_out(&p) || p.via.iter().any(|net| net.contains(&plain)))
        }
        AddressClass::Loopback => permits.iter().filter(spelled_out).any(|p| p.role.is_some()),
        _ => false,
    };
    match (class, range_of(plain)) {
        _ if allowed => Ok(()),
        (AddressClass::Private, Some(range)) => Err(format!(
            "{leads} {class}; write its grant as \"{} via {range}\" in grants.http",
            granted_as(permits, target),
        )),
        (AddressClass::Private, None) => Err(format!(
            "{leads} the end of a tunnel to {class}, which no grant can cover; use the address itself"
        )),
        (AddressClass::Loopback, _) if permits.iter().any(|p| p.role.is_some()) => Err(format!(
            "{leads} {class}; fill {} with the address itself, as {}",
            granted_as(permits, target),
            origin(target.scheme, &Host::Ip(address), target.port),
        )),
        _ => Err(format!("{leads} {class}, which no grant can cover{}", exception(class))),
    }
}

/// Role grants are written by role, so that is what the operator has to change.
fn granted_as(permits: &[Permit], target: &Target) -> String {
    permits.iter().find_map(|p| p.role).map_or_else(|| target.origin(), |role| role.to_string())
}

/// A range to suggest: the private range that the address itself is part of.
const fn range_of(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => match v4.octets() {
            [10, ..] => Some("10.0.0.0/8"),
            [172, 16..=31, ..] => Some("172.16.0.0/12"),
            [192, 168, ..] => Some("192.168.0.0/16"),
            [100, 64..=127, ..] => Some("100.64.0.0/10"),
            _ => None,
        },
        IpAddr::V6(v6) => match v6.octets() {
            [0xfc | 0xfd, ..] => Some("fc00::/7"),
            _ => None,
        },
    }
}

const fn exception(class: AddressClass) -> &'static str {
    match class {
        AddressClass::Loopback => {
            "; on loopback only the deployment's own listeners are reachable, by {test} or {production}"
        }
        _ => "",
    }
}

/// The class of a host that would be refused at whatever grant, if its name already says so.
fn ungrantable(host: &Host) -> Option<AddressClass> {
    let class = match host {
        Host::Ip(ip) => AddressClass::of(*ip),
        Host::Name(name) if name == "localhost" || name.ends_with(".localhost") => AddressClass::Loopback,
        Host::Name(_) => return None,
    };
    (!matches!(class, AddressClass::Public | AddressClass::Private)).then_some(class)
}

fn unfilled(grants: &HttpGrants, roles: &Roles) -> Option<Role> {
    grants.iter().filter_map(super::grant::HttpGrant::role).find(|role| roles.target(*role).is_none())
}

/// The request's URL without its query, which may hold secrets and would end up in logs.
pub(super) fn shown(target: &Target) -> String {
    let path = target.path.split('?').next().unwrap_or_default();
    shortened(&format!("{}{path}", target.origin()))
}
