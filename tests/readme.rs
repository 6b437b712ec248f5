//! What the README tells people to type works as it stands there.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use greenlight_tests::{ClaimedPort, Project, client, programs};

/// The shell commands below a heading.
fn commands(readme: &str, heading: &str) -> String {
    let section = readme.split_once(heading).expect("the README lacks the heading").1;
    let block = section.split_once("```sh\n").expect("no commands").1;
    block.split_once("\n```").unwrap().0.to_owned()
}

#[tokio::test]
async fn the_session_with_aws_cli_deploys_the_demo() {
    let aws = client("aws_cli");
    let readme = std::fs::read_to_string(programs::root().join("README.md")).unwrap();
    // Other ports and another clock, for other tests run at the same time.
    let (port, project) = (ClaimedPort::new(), Project::of_demo("good.toml").set("clock", "virtual"));
    let file = project.file().display().to_string();
    let mut script = String::from("set -eu\nmkfifo \"$HOME/out\"\ntrap 'kill $!' EXIT\n");
    for line in commands(&readme, "## Drive it with any AWS client").lines() {
        let line = line.replace("127.0.0.1:4650", &port.address().to_string());
        let line = line.replace("guest-examples/demo/good.toml", &file);
        match line.strip_suffix('&') {
            _ if line.starts_with("cargo install ") => {}
            // A script is faster than a person: it waits for the first line.
            Some(server) => script.push_str(&format!(
                "{server} > \"$HOME/out\" &\nexec 3< \"$HOME/out\"\nread -r url <&3\necho \"$url\"\n"
            )),
            None => script.push_str(&format!("{line}\n")),
        }
    }
    script.push_str(
        "aws deploy get-deployment --deployment-id \"$deployment\" --query deploymentInfo.status\n",
    );

    let folder = |program: &std::path::Path| program.parent().unwrap().display().to_string();
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{}:{path}", folder(&programs::greenlight()), aws.folder().join("bin").display());
    let root = programs::root().display().to_string();
    let shell = aws.shell().env("PATH", &path).args(&["-c", &format!("cd '{root}'\n{script}")]);
    let output = shell.succeed().await;
    let expected = format!("http://{}\n\"Succeeded\"\n", port.address());
    assert_eq!(output, expected);
}
