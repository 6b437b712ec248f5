//! Reads a grant from text, and refuses what no grant may say.

use ipnet::IpNet;

use super::{
    address::AddressClass,
    embedded::embedded_ipv4,
    error::GrantError,
    grant::{HostPattern, HttpGrant, Subject},
    role::Role,
    target::{Host, parse_base_url, without_userinfo},
};

/// Private ranges: a `via` must lie in one of these.
const PRIVATE_RANGES: [&str; 5] =
    ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"];

pub(super) fn parse(text: &str) -> Result<HttpGrant, GrantError> {
    let masked = without_userinfo(text);
    if masked != text {
        return Err(syntax(&masked, "it carries a user name or password; leave them out"));
    }
    let trimmed = text.trim();
    let (subject, via) = match trimmed.split_once(" via ") {
        Some((subject, via)) => (subject.trim(), Some(via)),
        None => (trimmed, None),
    };
    let subject = parse_subject(subject, text)?;
    let via = match via {
        Some(list) => parse_via(list, &subject, text)?,
        None => Vec::new(),
    };
    Ok(HttpGrant { subject, via })
}

fn parse_subject(subject: &str, grant: &str) -> Result<Subject, GrantError> {
    match subject {
        "{test}" => return Ok(Subject::Role(Role::Test)),
        "{production}" => return Ok(Subject::Role(Role::Production)),
        _ => {}
    }
    if subject.starts_with('{') {
        return Err(syntax(grant, "the roles are {test} and {production}"));
    }
    if matches!(subject, "*" | "**" | "*:*") {
        return Err(syntax(grant, "a grant names its servers; list them, such as https://api.example.com"));
    }
    let Some((scheme, rest)) = subject.split_once("://") else {
        return Err(syntax(grant, &format!("it has no scheme; write https://{subject} or http://{subject}")));
    };
    refuse_path(scheme, rest, grant)?;
    if scheme == "*" {
        return Err(syntax(
            grant,
            "a grant names its scheme; write one grant with http:// and one with https://",
        ));
    }
    let Some(below) = rest.strip_prefix("*.") else { return parse_server(subject, grant) };
    // The wildcard is no host name, so the URL is read without it.
    let (scheme, host, port) = parse_base_url(&format!("{scheme}://{below}"), grant)?;
    match host {
        Host::Name(parent) if parent.contains('.') && !parent.contains('*') => {
            Ok(Subject::Server { scheme, host: HostPattern::Below(parent), port })
        }
        _ => {
            Err(syntax(grant, "a wildcard needs at least two labels after it, such as https://*.example.com"))
        }
    }
}

fn parse_server(subject: &str, grant: &str) -> Result<Subject, GrantError> {
    if subject.contains('*') {
        return Err(syntax(
            grant,
            "a * stands only for the first labels of a name, such as https://*.example.com",
        ));
    }
    let (scheme, host, port) = parse_base_url(subject, grant)?;
    if let Host::Ip(ip) = host {
        refuse_address(ip, grant)?;
    }
    if matches!(&host, Host::Name(name) if name == "localhost" || name.ends_with(".localhost")) {
        return Err(loopback(grant));
    }
    Ok(Subject::Server { scheme, host: HostPattern::Exact(host), port })
}

/// A grant covers a whole server. One that names a path would promise a limit that nobody keeps.
fn refuse_path(scheme: &str, rest: &str, grant: &str) -> Result<(), GrantError> {
    let Some((host, tail)) = rest.find(['/', '?', '#', '\\']).and_then(|at| rest.split_at_checked(at)) else {
        return Ok(());
    };
    let what = match tail.chars().next() {
        Some('?') => "a query",
        Some('#') => "a fragment",
        _ => "a path",
    };
    Err(syntax(grant, &format!("it has {what}, and a grant covers a whole server; write {scheme}://{host}")))
}

fn refuse_address(ip: std::net::IpAddr, grant: &str) -> Result<(), GrantError> {
    if let std::net::IpAddr::V6(v6) = ip
        && let Some(v4) = embedded_ipv4(v6).first()
    {
        return Err(syntax(grant, &format!("the address carries an IPv4 address; write {v4} itself")));
    }
    match AddressClass::of(ip) {
        AddressClass::Public | AddressClass::Private => Ok(()),
        AddressClass::Loopback => Err(loopback(grant)),
        class => Err(GrantError::Forbidden {
            grant: grant.to_owned(),
            problem: format!("{ip} is {class}, which no plugin may reach; remove the grant"),
        }),
    }
}

fn loopback(grant: &str) -> GrantError {
    GrantError::Forbidden {
        grant: grant.to_owned(),
        problem: "loopback is never granted by address or name; for the deployment's own listeners write {test} or \
                  {production}"
            .to_owned(),
    }
}

fn parse_via(list: &str, subject: &Subject, grant: &str) -> Result<Vec<IpNet>, GrantError> {
    if matches!(subject, Subject::Server { host: HostPattern::Below(_), .. }) {
        return Err(syntax(
            grant,
            "a wildcard cannot be joined with via; write one grant for each private name",
        ));
    }
    if matches!(subject, Subject::Server { host: HostPattern::Exact(Host::Ip(_)), .. }) {
        return Err(syntax(
            grant,
            "an address needs no via, which says where a name may resolve to; remove it",
        ));
    }
    list.split(',').map(|net| parse_range(net.trim(), grant)).collect()
}

fn parse_range(text: &str, grant: &str) -> Result<IpNet, GrantError> {
    let net: IpNet = text
        .parse()
        .map_err(|_| syntax(grant, &format!("{text:?} after via is no range; write it as 10.0.0.0/8")))?;
    let net = net.trunc();
    if PRIVATE_RANGES.iter().filter_map(|r| r.parse::<IpNet>().ok()).any(|range| range.contains(&net)) {
        Ok(net)
    } else {
        Err(GrantError::Forbidden {
            grant: grant.to_owned(),
            problem: format!(
                "{net} after via is no private range; use one inside {}",
                PRIVATE_RANGES.join(", ")
            ),
        })
    }
}

fn syntax(grant: &str, problem: &str) -> GrantError {
    GrantError::Syntax { grant: grant.to_owned(), problem: problem.to_owned() }
}
