//! Lambda functions as hook functions: a process with its runtime, fed by a Lambda Runtime API of its own.

mod api;
mod clean;
mod environment;
mod error;
mod failure;
mod function;
mod identity;
mod log;
mod pool;
mod request_id;
mod settings;
mod shim;
mod variables;
mod work;

pub use self::error::LambdaProcessError;
pub use self::function::LambdaProcess;
pub use self::identity::HookIdentities;
