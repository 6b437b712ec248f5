//! The runtimes that come with the engine, for languages that have none on a plain machine.
//!
//! AWS's own clients, `aws-lambda-ric` of npm and `awslambdaric` of PyPI, work as commands of
//! [`LambdaProcess::new`](super::LambdaProcess::new) too; the first has to be compiled, and both have to be installed.
//! These are given to the interpreters as an argument: nothing is written to a disk.

/// A runtime as the argument of an interpreter.
#[derive(Debug)]
pub(super) struct Shim {
    pub(super) command: [&'static str; 4],
    /// What a function finds in `AWS_EXECUTION_ENV`; Lambda's own value has the version too.
    pub(super) execution_env: &'static str,
}

pub(super) const NODE: Shim = Shim {
    command: ["node", "--input-type=module", "--eval", include_str!("shims/bootstrap.mjs")],
    execution_env: "AWS_Lambda_nodejs",
};

pub(super) const PYTHON: Shim = Shim {
    // Unbuffered, so that nothing is lost when the process is killed.
    command: ["python3", "-u", "-c", include_str!("shims/bootstrap.py")],
    execution_env: "AWS_Lambda_python",
};
