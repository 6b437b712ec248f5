//! Tries plugins against a declared fake of the service that they judge: over real HTTP on loopback, through the same
//! [`Runtime`](crate::Runtime), grants and limits as everywhere.
//!
//! A file names the routes of the fake and the cases: what the deployment is like, and how the plugin must end.
//! `greenlight hook test` reads it from `greenlight-test.toml`.
//!
//! ```no_run
//! use greenlight_hook_runtime::testing::{Cases, Service};
//! use greenlight_hook_runtime::{Runtime, RuntimeOptions};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let cases = Cases::read("greenlight-test.toml")?;
//! let runtime = Runtime::new(RuntimeOptions::default().with_max_memory(cases.most_memory()))?;
//! let hook = runtime.load_file("smoke.wasm")?;
//! for case in &cases.cases {
//!     let report = case.run(&hook, &Service::Fake).await?;
//!     println!("{report}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Applications that test plugins in another way use the [`FakeService`] alone.

mod cases;
mod fake;
mod judge;
mod report;
mod run;

pub use self::{
    cases::{Case, Cases, CasesError, Expectation, ExpectedRequest, ExpectedVerdict, FILE_NAME},
    fake::{
        Answer, Breakage, Drip, FakeService, InvalidRoute, Listener, MethodPattern, PathPattern, Repeat,
        Route, Seen, ServiceSpec,
    },
    report::{CaseReport, Mismatch},
    run::Service,
};
