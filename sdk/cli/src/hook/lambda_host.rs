//! Finds the Lambda host's program for a target.

use std::env;
use std::path::{Path, PathBuf};

use greenlight_hook_runtime::Target;

/// There is no Lambda host where one is looked for.
#[derive(Debug, thiserror::Error)]
#[error(
    "there is no Lambda host for {arch}: looked for {places}; name one with --host, or make it in Greenlight's checkout \
     with `cargo xtask lambda-host --target {arch}`",
    arch = target.architecture(),
    places = listed(places)
)]
pub(super) struct Missing {
    target: Target,
    places: Vec<PathBuf>,
}

/// The host for `target`: beside this command, as it is installed, or where the checkout's own build puts it.
pub(super) fn find(target: Target) -> Result<PathBuf, Missing> {
    let own = env::current_exe().unwrap_or_default();
    first(places(&own, target), target)
}

fn first(places: Vec<PathBuf>, target: Target) -> Result<PathBuf, Missing> {
    match places.iter().find(|place| place.is_file()) {
        Some(found) => Ok(found.clone()),
        None => Err(Missing { target, places }),
    }
}

fn places(command: &Path, target: Target) -> Vec<PathBuf> {
    let name = format!("greenlight-lambda-host-{}", target.architecture());
    let beside = command.with_file_name(&name);
    // `cargo xtask lambda-host` puts it into lambda-host of the target directory, in which this command is in debug or
    // release.
    let built = command.ancestors().nth(2).map(|target| target.join("lambda-host").join(&name));
    std::iter::once(beside).chain(built).collect()
}

fn listed(places: &[PathBuf]) -> String {
    let places: Vec<_> = places.iter().map(|place| place.display().to_string()).collect();
    places.join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_beside_the_command_comes_before_the_one_of_the_checkout() {
        let folder = tempfile::tempdir().unwrap();
        let command = folder.path().join("release/greenlight");
        let built = folder.path().join("lambda-host/greenlight-lambda-host-arm64");
        let beside = folder.path().join("release/greenlight-lambda-host-arm64");
        let find = || first(places(&command, Target::Arm64), Target::Arm64);

        for place in [&built, &beside] {
            assert!(find().is_err() || find().unwrap() == built);
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::fs::write(place, "").unwrap();
            assert_eq!(&find().unwrap(), place);
        }
    }

    #[test]
    fn a_missing_one_is_told_with_the_places_and_how_to_get_it() {
        let places = places(Path::new("/opt/bin/greenlight"), Target::X86_64);
        let error = first(places, Target::X86_64).unwrap_err();
        snapbox::assert_data_eq!(
            error.to_string(),
            snapbox::str![
                "there is no Lambda host for x86_64: looked for /opt/bin/greenlight-lambda-host-x86_64 and /opt/lambda-host/greenlight-lambda-host-x86_64; name one with --host, or make it in Greenlight's checkout with `cargo xtask lambda-host --target x86_64`"
            ]
        );
    }
}
