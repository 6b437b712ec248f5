//! What it costs to follow a deployment at CodeDeploy: requests, and the delay from an event to its report.
//!
//! In virtual time against the endpoint, over HTTP with the AWS client, so that the figures are the same on every machine. Beside
//! it, what most clients do: GetDeployment and GetDeploymentTarget every 15 seconds.

use std::{collections::BTreeMap, error::Error, fmt, process::ExitCode, sync::Arc, time::Duration};

use aws_config::SdkConfig;
use aws_sdk_codedeploy::{Client, types as sdk};
use greenlight::{
    aws::{CodeDeploy, Connection},
    core::{
        Clock, DeploymentId, DeploymentPipeline, DeploymentPipelineExt, DeploymentRequest, EventKind,
        Timestamp,
    },
    endpoint::Endpoint,
    local::{HookAnswer, HookCall, HookFunction, LocalClock},
};
use greenlight_benches::{
    counted_calls::CountedCalls, driven_clock::DrivenClock, exit, goals::Goals, in_turns::quantile,
    mode::Mode, records::Records,
};

/// What other clients poll at.
const POLL: Duration = Duration::from_secs(15);

/// A deployment, in seconds and minutes.
#[derive(Clone, Copy)]
struct Scenario {
    name: &'static str,
    config: &'static str,
    install_s: u64,
    hook_s: u64,
    termination_min: i32,
    /// Whether the goals are meant for it: where nearly all of the time is that of the service and of a hook, which nobody
    /// foresees, few questions can be saved.
    goals: bool,
}

const SCENARIOS: [Scenario; 3] = [
    Scenario {
        name: "linear, 10 % every minute",
        config: "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
        install_s: 95,
        hook_s: 30,
        termination_min: 5,
        goals: true,
    },
    Scenario {
        name: "canary, 10 % for 15 minutes",
        config: "CodeDeployDefault.ECSCanary10Percent15Minutes",
        install_s: 70,
        hook_s: 180,
        termination_min: 30,
        goals: true,
    },
    Scenario {
        name: "all at once",
        config: "CodeDeployDefault.ECSAllAtOnce",
        install_s: 120,
        hook_s: 45,
        termination_min: 5,
        goals: false,
    },
];

/// What following one deployment came to.
#[derive(Default)]
struct Followed {
    calls: BTreeMap<String, usize>,
    /// From each event to its report, in seconds.
    delays: Vec<f64>,
    took: Duration,
}

fn main() -> ExitCode {
    let mode = Mode::from_args();
    if mode == Mode::List {
        return ExitCode::SUCCESS;
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return exit::status(Err(error.into())),
    };
    exit::status(runtime.block_on(run(mode)))
}

async fn run(mode: Mode) -> Result<(), Box<dyn Error>> {
    println!("Following one deployment, virtual time: ours, and polling every {} s", POLL.as_secs());
    let (mut goals, records) = (Goals::new(), Records::from_env());
    let runs = u64::try_from(mode.amount(3, 1))?;
    for scenario in SCENARIOS.iter().take(mode.amount(SCENARIOS.len(), 1)) {
        let (mut ours, mut polling) = (Followed::default(), Followed::default());
        for seed in 0..runs {
            ours.add(Setting::new(scenario, seed).await?.watch(seed).await?);
            polling.add(Setting::new(scenario, seed).await?.poll(seed).await?);
        }
        println!("\n{}: {} s, {runs} runs", scenario.name, ours.took.as_secs() / runs);
        for (name, followed) in [("greenlight", &mut ours), ("polling", &mut polling)] {
            println!("  {name:11} {}", Row { followed, runs });
            let row = records.row("following a deployment", scenario.name);
            row.add(name, "requests", "", [followed.count() / runs as f64])?;
            row.add(name, "median delay", "s", [followed.delay(0.5)])?;
        }
        if !scenario.goals {
            continue;
        }
        let share = ours.count() / polling.count();
        goals.at_most(format!("{}: requests against polling", scenario.name), 1.0 / 3.0, share, "");
        let (own, other) = (ours.delay(0.5), polling.delay(0.5));
        goals.at_most(format!("{}: median delay", scenario.name), (other * 100.0).round() / 100.0, own, " s");
    }
    println!("\n{goals}");
    if mode != Mode::Check {
        goals.record(&records)?;
    }
    goals.verdict().map_err(Into::into)
}

/// An endpoint with a group, and a client that is counted.
struct Setting {
    endpoint: Endpoint,
    clock: LocalClock,
    driven: DrivenClock,
    calls: CountedCalls,
    config: SdkConfig,
}

impl Setting {
    async fn new(scenario: &Scenario, seed: u64) -> Result<Self, Box<dyn Error>> {
        let clock = LocalClock::manual_from(Timestamp::from_millis(1_543_431_360_000));
        let hook = Slow { clock: clock.clone(), takes: Duration::from_secs(scenario.hook_s) };
        // Not the same in each run: a poll every 15 s would meet the same events at the same distance.
        let install = Duration::from_millis(scenario.install_s * 1000 + seed * 3700);
        let builder = Endpoint::builder().with_clock(clock.clone()).with_id_seed(seed);
        let endpoint = builder.with_hook("smoke", hook).with_install_time(install).build().await?;
        let connection = Connection::builder().with_endpoint_url(endpoint.url()).connect().await?;
        let http = connection.config().http_client().ok_or("the connection has no HTTP client")?;
        let calls = CountedCalls::of(http);
        let config = connection.config().to_builder().http_client(calls.clone()).build();
        create_group(&Client::new(&config), scenario).await?;
        let driven = DrivenClock::new(clock.clone(), endpoint.addr()).await?;
        drop(calls.take());
        Ok(Self { endpoint, clock, driven, calls, config })
    }

    /// Follows a deployment with the library.
    async fn watch(self, seed: u64) -> Result<Followed, Box<dyn Error>> {
        let Self { endpoint, clock, driven, calls, config } = self;
        let pipeline = CodeDeploy::builder(&config).with_clock(driven).with_seed(seed).without_logs().build();
        let id = start(&pipeline).await?;
        // What starting it takes is not following it.
        drop(calls.take());
        let (began, mut delays) = (clock.now(), Vec::new());
        let mut watch = pipeline.watch(&id);
        while let Some(event) = watch.next().await {
            let event = event?;
            // It only sums up.
            if !matches!(event.kind, EventKind::Finished(_)) {
                delays.push(clock.now().since(event.time).as_secs_f64());
            }
        }
        let followed = Followed { calls: calls.take(), delays, took: clock.now().since(began) };
        endpoint.shutdown().await;
        Ok(followed)
    }

    /// Follows it as most clients do, and takes each event for reported by the first poll after it. Where in their 15 seconds
    /// the polls began is chance, so the delays are those of every beginning, by whole seconds.
    async fn poll(self, seed: u64) -> Result<Followed, Box<dyn Error>> {
        let Self { endpoint, clock, driven, calls, config } = self;
        let (client, driven) = (Client::new(&config), Arc::new(driven));
        let pipeline = CodeDeploy::builder(&config)
            .with_clock(Shared(Arc::clone(&driven)))
            .with_seed(seed)
            .without_logs()
            .build();
        let id = start(&pipeline).await?;
        drop(calls.take());
        let (began, mut polls) = (clock.now(), Vec::new());
        loop {
            let deployment = client.get_deployment().deployment_id(id.as_str()).send().await?;
            let target = client.get_deployment_target().deployment_id(id.as_str()).target_id("main:web");
            target.send().await?;
            polls.push(clock.now());
            let status = deployment.deployment_info().and_then(|info| info.status());
            if matches!(status, Some(sdk::DeploymentStatus::Succeeded | sdk::DeploymentStatus::Failed)) {
                break;
            }
            driven.sleep_until(clock.now() + POLL).await;
        }
        let (calls, took) = (calls.take(), clock.now().since(began));
        let mut delays = Vec::new();
        let mut watch = pipeline.watch(&id);
        while let Some(event) = watch.next().await {
            let event = event?;
            if !matches!(event.kind, EventKind::Finished(_)) {
                let reported =
                    polls.iter().find(|poll| **poll >= event.time).ok_or("an event after the end")?;
                delays.push(reported.since(event.time).as_secs_f64());
            }
        }
        endpoint.shutdown().await;
        Ok(Followed { calls, delays, took })
    }
}

async fn start(pipeline: &CodeDeploy) -> Result<DeploymentId, Box<dyn Error>> {
    let appspec = r#"{
        "version": 0.0,
        "Resources": [{ "web": { "Type": "AWS::ECS::Service", "Properties": {
            "TaskDefinition": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:1",
            "LoadBalancerInfo": { "ContainerName": "web", "ContainerPort": 8080 }
        } } }],
        "Hooks": [{ "AfterAllowTestTraffic": "smoke" }]
    }"#;
    let plan = pipeline.plan(&DeploymentRequest::new("shop", "web", appspec)).await?;
    Ok(pipeline.start(plan).await?)
}

async fn create_group(client: &Client, scenario: &Scenario) -> Result<(), Box<dyn Error>> {
    let application = client.create_application().application_name("shop");
    application.compute_platform(sdk::ComputePlatform::Ecs).send().await?;
    let listener =
        |name| format!("arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/main/{name}");
    let route = |name| sdk::TrafficRoute::builder().listener_arns(listener(name)).build();
    let target_group = |name: &str| sdk::TargetGroupInfo::builder().name(name).build();
    let pair = sdk::TargetGroupPairInfo::builder()
        .target_groups(target_group("web-1"))
        .target_groups(target_group("web-2"))
        .prod_traffic_route(route("production"))
        .test_traffic_route(route("test"));
    let style = sdk::DeploymentStyle::builder()
        .deployment_type(sdk::DeploymentType::BlueGreen)
        .deployment_option(sdk::DeploymentOption::WithTrafficControl);
    let ready = sdk::DeploymentReadyOption::builder()
        .action_on_timeout(sdk::DeploymentReadyAction::ContinueDeployment)
        .wait_time_in_minutes(0);
    let blue = sdk::BlueInstanceTerminationOption::builder()
        .action(sdk::InstanceAction::Terminate)
        .termination_wait_time_in_minutes(scenario.termination_min);
    let waits = sdk::BlueGreenDeploymentConfiguration::builder()
        .deployment_ready_option(ready.build())
        .terminate_blue_instances_on_deployment_success(blue.build());
    client
        .create_deployment_group()
        .application_name("shop")
        .deployment_group_name("web")
        .service_role_arn("arn:aws:iam::123456789012:role/codedeploy")
        .deployment_config_name(scenario.config)
        .deployment_style(style.build())
        .blue_green_deployment_configuration(waits.build())
        .load_balancer_info(
            sdk::LoadBalancerInfo::builder().target_group_pair_info_list(pair.build()).build(),
        )
        .ecs_services(sdk::EcsService::builder().cluster_name("main").service_name("web").build())
        .send()
        .await?;
    Ok(())
}

/// A hook that takes its time.
#[derive(Debug)]
struct Slow {
    clock: LocalClock,
    takes: Duration,
}

#[async_trait::async_trait]
impl HookFunction for Slow {
    async fn invoke(&self, _: HookCall) -> HookAnswer {
        self.clock.sleep_until(self.clock.now() + self.takes).await;
        HookAnswer::Succeeded
    }
}

/// One clock for two.
#[derive(Debug)]
struct Shared(Arc<DrivenClock>);

#[async_trait::async_trait]
impl Clock for Shared {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    async fn sleep_until(&self, deadline: Timestamp) {
        self.0.sleep_until(deadline).await;
    }
}

impl Followed {
    fn add(&mut self, other: Self) {
        for (operation, calls) in other.calls {
            *self.calls.entry(operation).or_default() += calls;
        }
        self.delays.extend(other.delays);
        self.delays.sort_by(f64::total_cmp);
        self.took += other.took;
    }

    fn count(&self) -> f64 {
        self.calls.values().sum::<usize>() as f64
    }

    fn delay(&self, at: f64) -> f64 {
        quantile(&self.delays, at)
    }
}

/// A line of the table.
struct Row<'a> {
    followed: &'a Followed,
    runs: u64,
}

impl fmt::Display for Row<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (calls, runs) = (self.followed.count(), self.runs as f64);
        let [median, p90, most] = [0.5, 0.9, 1.0].map(|at| self.followed.delay(at));
        write!(f, "{:6.1} requests, delay {median:.1} s (p90 {p90:.1}, most {most:.1});", calls / runs)?;
        for (operation, calls) in &self.followed.calls {
            write!(f, " {operation} {:.1}", *calls as f64 / runs)?;
        }
        Ok(())
    }
}
