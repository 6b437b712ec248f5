//! How grants are written, and what a person reads who wrote one wrongly.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests fail the test by a panic"
)]

use greenlight_hook_runtime::http::{GrantError, HttpGrant, HttpGrants};

#[test]
fn a_grant_comes_back_from_text_in_one_normal_form() {
    let table = [
        ("https://api.example.com", "https://api.example.com"),
        ("https://api.example.com:443", "https://api.example.com"),
        ("http://api.example.com:80", "http://api.example.com"),
        ("http://host:8080", "http://host:8080"),
        ("  HTTPS://API.Example.COM. ", "https://api.example.com"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://*.example.com", "https://*.example.com"),
        ("https://*.Example.com:8443", "https://*.example.com:8443"),
        ("http://10.1.2.3:8080", "http://10.1.2.3:8080"),
        ("http://167838211:8080", "http://10.1.2.3:8080"),
        ("http://[fd12::1]:8080", "http://[fd12::1]:8080"),
        ("http://name via 10.0.0.0/8", "http://name via 10.0.0.0/8"),
        ("http://name via 10.1.2.3/8,fd12::/16", "http://name via 10.0.0.0/8, fd12::/16"),
        ("{test}", "{test}"),
        ("{production} via 192.168.0.0/16", "{production} via 192.168.0.0/16"),
    ];
    for (written, normal) in table {
        let grant: HttpGrant = written.parse().unwrap();
        assert_eq!(grant.to_string(), normal, "{written}");
        assert_eq!(normal.parse::<HttpGrant>().unwrap(), grant, "{written}");
        let json = serde_json::to_string(&grant).unwrap();
        assert_eq!(json, format!("{normal:?}"));
        assert_eq!(serde_json::from_str::<HttpGrant>(&json).unwrap(), grant, "{written}");
    }
}

#[test]
fn a_grant_that_cannot_be_read_says_what_to_write() {
    let table = [
        (
            "https://api.example.com/v1",
            "it has a path, and a grant covers a whole server; write https://api.example.com",
        ),
        (
            "https://api.example.com/",
            "it has a path, and a grant covers a whole server; write https://api.example.com",
        ),
        (
            "https://a.example?x=1",
            "it has a query, and a grant covers a whole server; write https://a.example",
        ),
        (
            "https://a.example#top",
            "it has a fragment, and a grant covers a whole server; write https://a.example",
        ),
        ("https://me@a.example", "it carries a user name or password; leave them out"),
        ("https://@a.example", "it carries a user name or password; leave them out"),
        ("https://me:secret@*.a.example", "it carries a user name or password; leave them out"),
        ("*", "a grant names its servers; list them, such as https://api.example.com"),
        ("api.example.com", "it has no scheme; write https://api.example.com or http://api.example.com"),
        (
            "*://api.example.com",
            "a grant names its scheme; write one grant with http:// and one with https://",
        ),
        ("ftp://api.example.com", "scheme \"ftp\" is not supported; use http or https"),
        ("https://*", "a * stands only for the first labels of a name, such as https://*.example.com"),
        (
            "https://api.*.com",
            "a * stands only for the first labels of a name, such as https://*.example.com",
        ),
        ("https://*.com", "a wildcard needs at least two labels after it, such as https://*.example.com"),
        (
            "https://*.10.0.0.1",
            "a wildcard needs at least two labels after it, such as https://*.example.com",
        ),
        ("https://host:99999", "invalid port number; write it as https://host or http://host:port"),
        ("https://host:0", "port 0 is no port; use one from 1 to 65535"),
        ("https://host:*", "a * stands only for the first labels of a name, such as https://*.example.com"),
        ("{staging}", "the roles are {test} and {production}"),
        ("http://name via 10.0.0.0", "\"10.0.0.0\" after via is no range; write it as 10.0.0.0/8"),
        (
            "https://*.example.com via 10.0.0.0/8",
            "a wildcard cannot be joined with via; write one grant for each private name",
        ),
        (
            "http://10.1.2.3 via 10.0.0.0/8",
            "an address needs no via, which says where a name may resolve to; remove it",
        ),
        ("http://[::ffff:10.1.2.3]", "the address carries an IPv4 address; write 10.1.2.3 itself"),
    ];
    for (written, problem) in table {
        let error = written.parse::<HttpGrant>().unwrap_err();
        let shown = written.replace("me:secret@", "…@").replace("me@", "…@").replace("//@", "//…@");
        assert_eq!(error.to_string(), format!("grant {shown:?} cannot be read: {problem}"));
    }
}

#[test]
fn what_no_plugin_may_reach_cannot_be_granted() {
    let loopback = "loopback is never granted by address or name; for the deployment's own listeners write {test} or \
                    {production}";
    let table = [
        ("http://127.0.0.1:9001", loopback),
        ("http://127.1:9001", loopback),
        ("http://0x7f.1", loopback),
        ("http://2130706433", loopback),
        ("http://localhost:9001", loopback),
        ("http://app.localhost", loopback),
        ("http://[::1]", loopback),
        ("http://0.0.0.0", "0.0.0.0 is the unspecified address, which no plugin may reach; remove the grant"),
        (
            "http://169.254.169.254",
            "169.254.169.254 is a cloud metadata address, which no plugin may reach; remove the grant",
        ),
        (
            "http://[fd00:ec2::254]",
            "fd00:ec2::254 is a cloud metadata address, which no plugin may reach; remove the grant",
        ),
        (
            "http://name via 127.0.0.0/8",
            "127.0.0.0/8 after via is no private range; use one inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, \
             100.64.0.0/10, fc00::/7",
        ),
        (
            "{test} via 0.0.0.0/0",
            "0.0.0.0/0 after via is no private range; use one inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, \
             100.64.0.0/10, fc00::/7",
        ),
    ];
    for (written, problem) in table {
        let error = written.parse::<HttpGrant>().unwrap_err();
        assert!(matches!(error, GrantError::Forbidden { .. }), "{error}");
        assert_eq!(error.to_string(), format!("grant {written:?} is refused: {problem}"));
    }
}

#[test]
fn a_list_of_grants_is_a_list_of_texts() {
    let grants: HttpGrants = serde_json::from_str(r#"["{test}", "https://*.example.com:443"]"#).unwrap();
    assert_eq!(grants.to_string(), "{test}; https://*.example.com");
    assert_eq!(serde_json::to_string(&grants).unwrap(), r#"["{test}","https://*.example.com"]"#);
    assert_eq!(HttpGrants::none().to_string(), "nothing");
    let error = serde_json::from_str::<HttpGrants>(r#"["*"]"#).unwrap_err().to_string();
    assert!(error.contains("a grant names its servers"), "{error}");
}
