//! What the local engine promises, one file per promise; one program, because each would link the whole engine.

#![cfg(feature = "local")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[cfg(all(feature = "aws", feature = "endpoint"))]
mod aws_contact;
#[cfg(all(feature = "aws", feature = "endpoint"))]
mod aws_hook_logs;
#[cfg(all(feature = "aws", feature = "endpoint"))]
mod aws_many;
#[cfg(all(feature = "endpoint", feature = "setup"))]
mod aws_plan_moto_hooks;
#[cfg(all(feature = "endpoint", feature = "setup"))]
mod aws_plan_moto_requests;
#[cfg(all(feature = "endpoint", feature = "setup"))]
mod aws_plan_moto_tasks;
#[cfg(all(feature = "endpoint", feature = "setup"))]
mod aws_plan_moto_traffic;
#[cfg(all(feature = "endpoint", feature = "setup"))]
mod aws_plan_moto_unchecked;
#[cfg(all(feature = "endpoint", feature = "setup"))]
mod aws_plan_support;
#[cfg(all(feature = "aws", feature = "endpoint"))]
mod aws_rollback;
#[cfg(all(feature = "aws", feature = "endpoint"))]
mod aws_start;
#[cfg(all(feature = "aws", feature = "endpoint"))]
mod aws_support;
#[cfg(all(feature = "aws", feature = "endpoint"))]
mod aws_watch;
#[cfg(all(feature = "aws", feature = "endpoint"))]
mod aws_weather;
#[cfg(feature = "conformance")]
mod conformance_broken;
#[cfg(all(feature = "aws", feature = "conformance", feature = "endpoint"))]
mod conformance_codedeploy;
#[cfg(feature = "conformance")]
mod conformance_faults;
#[cfg(feature = "conformance")]
mod conformance_local;
#[cfg(feature = "conformance")]
mod conformance_run;
#[cfg(feature = "endpoint")]
mod endpoint_admin;
#[cfg(feature = "endpoint")]
mod endpoint_applications;
#[cfg(feature = "endpoint")]
mod endpoint_deployment;
#[cfg(feature = "endpoint")]
mod endpoint_deployment_configs;
#[cfg(feature = "endpoint")]
mod endpoint_deployment_errors;
#[cfg(feature = "endpoint")]
mod endpoint_deployment_group;
#[cfg(feature = "endpoint")]
mod endpoint_deployment_group_errors;
#[cfg(feature = "endpoint")]
mod endpoint_deployment_lambda;
#[cfg(feature = "endpoint")]
mod endpoint_deployment_list;
#[cfg(feature = "endpoint")]
mod endpoint_deployment_restart;
#[cfg(feature = "endpoint")]
mod endpoint_deployment_support;
#[cfg(feature = "endpoint")]
mod endpoint_functions;
#[cfg(feature = "endpoint")]
mod endpoint_http;
#[cfg(feature = "endpoint")]
mod endpoint_pagination;
#[cfg(feature = "endpoint")]
mod endpoint_restart;
#[cfg(feature = "endpoint")]
mod endpoint_revision;
#[cfg(feature = "endpoint")]
mod endpoint_robustness;
#[cfg(feature = "endpoint")]
mod endpoint_start;
#[cfg(feature = "endpoint")]
mod endpoint_support;
#[cfg(feature = "endpoint")]
mod endpoint_tags;
#[cfg(feature = "endpoint")]
mod endpoint_target;
#[cfg(all(feature = "aws", feature = "endpoint"))]
mod example_deploy_service;
mod lambda_invoke;
mod lambda_isolation;
mod lambda_process;
mod lambda_runtime_api;
mod lambda_shims;
mod lambda_support;
mod local_alarms;
mod local_control;
mod local_events;
mod local_faults;
mod local_hook_failures;
mod local_hook_faults;
mod local_lifecycle;
mod local_many;
mod local_plan;
mod local_races;
mod local_shutdown;
mod local_simulated;
mod local_start;
mod local_stop;
mod local_support;
mod local_time;
mod router_bodies;
mod router_clients;
mod router_drain;
mod router_failures;
mod router_http;
mod router_lifecycle;
mod router_shift;
mod router_support;
mod router_upgrade;
mod router_weights;
#[cfg(all(feature = "endpoint", feature = "setup"))]
mod setup_moto_crash;
#[cfg(all(feature = "endpoint", feature = "setup"))]
mod setup_moto_function;
#[cfg(all(feature = "endpoint", feature = "setup"))]
mod setup_moto_listener;
#[cfg(all(feature = "endpoint", feature = "setup"))]
mod setup_moto_task_definition;
#[cfg(all(feature = "endpoint", feature = "setup"))]
mod setup_moto_whole;
#[cfg(all(feature = "endpoint", feature = "setup"))]
mod setup_support;
mod task_set_outlive;
mod task_set_start;
mod task_set_stop;
mod task_set_support;
