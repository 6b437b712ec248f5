//! CodeDeploy's own wire protocol in front of the local engine.
