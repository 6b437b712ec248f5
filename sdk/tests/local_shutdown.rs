//! Building a pipeline and ending it: nothing is left, and nobody waits for ever.

#![cfg(all(feature = "local", target_os = "linux"))] // They look into the process table.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;

use crate::local_support::processes::{Pid, release};
use crate::local_support::{APPLICATION, GROUP, Hook, Services, in_virtual_time, request, start, until};
use crate::router_support::{eventually, soon};
use greenlight::local::{Local, LocalGroup};
use greenlight_core::{Cursor, DeploymentPipeline as _, EventKind, HookState};

/// A pipeline with two processes, half-way through a deployment.
async fn half_way() -> (Local, greenlight_core::DeploymentId, [Pid; 2]) {
    let ((blue, blue_pid), (green, green_pid)) = (release("blue"), release("green"));
    let group = LocalGroup::new(APPLICATION, GROUP, blue, green);
    let builder = Local::builder().with_group(group).with_hook("judge", Hook::will_report());
    let local = builder.build().await.unwrap();
    let id = start(&local, &request(&[("AfterInstall", "judge")])).await;
    until(&local, &id, |kind| matches!(kind, EventKind::Hook { state: HookState::Invoked, .. })).await;
    (local, id, [blue_pid, green_pid])
}

#[tokio::test(flavor = "multi_thread")]
async fn dropping_a_pipeline_kills_its_processes_and_closes_its_listeners() {
    let (local, _, pids) = half_way().await;
    let listeners = local.listeners(APPLICATION, GROUP).unwrap();
    drop(local);
    for pid in pids {
        pid.gone().await;
    }
    for address in [listeners.production, listeners.test.unwrap()] {
        eventually("the listener is closed", || std::net::TcpStream::connect(address).is_err()).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_shutdown_no_process_is_left_and_no_listener_is_open() {
    let (local, _, pids) = half_way().await;
    let listeners = local.listeners(APPLICATION, GROUP).unwrap();
    soon("the shutdown", local.shutdown()).await;
    for address in [listeners.production, listeners.test.unwrap()] {
        assert!(std::net::TcpStream::connect(address).is_err());
    }
    // The pipeline is still there, so it is not its end that kills them. The kernel may take a moment.
    for pid in pids {
        pid.gone().await;
    }
    drop(local);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_follows_a_deployment_learns_of_the_shutdown() {
    let (local, id, _pids) = half_way().await;
    let local = Arc::new(local);
    let page = local.events(&id, &Cursor::start()).await.unwrap();
    let (here, of) = (Arc::clone(&local), id.clone());
    let follower = tokio::spawn(async move { here.events(&of, &page.next).await });
    tokio::task::yield_now().await;
    local.shutdown().await;
    let broken_off = soon("the follower's answer", follower).await.unwrap().unwrap_err();
    assert_eq!(
        broken_off.to_string(),
        "the local pipeline cannot be reached now; this says nothing about the deployment"
    );
    let refused = local.start(local.plan(&request(&[])).await.unwrap()).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the local pipeline cannot be reached now; starting the same plan again is safe"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_taken_is_named_before_anything_is_started() {
    let services = Services::start().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let free = "127.0.0.1:0".parse().unwrap();
    for (production, test, role) in [(address, None, "production"), (free, Some(address), "test")] {
        let mut group = services.group().with_listeners(production, test);
        // If it were started first, the error would be that it cannot be.
        group.blue = greenlight::local::task_set::TaskSetSpec::command("blue", ["/no/such/program"]);
        assert_eq!(
            in_virtual_time(group).build().await.unwrap_err().to_string(),
            format!(
                "port {} on 127.0.0.1 is in use ({role} listener); stop the other process or choose another port, \
                 or 0 for any free one",
                address.port()
            )
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_groups_of_one_name_are_refused() {
    let services = Services::start().await;
    let builder = Local::builder().with_group(services.group()).with_group(services.group());
    assert_eq!(
        builder.build().await.unwrap_err().to_string(),
        "deployment group \"shop-web\" of application \"shop\" is there twice; give one of them another name"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_serves_before_the_first_deployment_has_to_start() {
    let services = Services::start().await;
    let mut group = services.group();
    group.blue = crate::task_set_support::script("echo 'no database'; exit 1");
    "blue".clone_into(&mut group.blue.name);
    let refused = in_virtual_time(group).build().await.unwrap_err().to_string();
    assert!(
        refused.starts_with("shop-web has nothing to serve with before the deployment: blue (/bin/sh, "),
        "{refused}"
    );
    assert!(refused.contains("no database"), "{refused}");
}
