//! The world `greenlight:hook/hook`, carried along, for modules that say nothing of theirs.

use wit_component::{StringEncoding, embed_component_metadata};
use wit_parser::{PackageId, Resolve, SourceMap, UnresolvedPackageGroup, WorldId};

use super::exit_status;
use crate::Form;

macro_rules! wit {
    ($($file:literal),+ $(,)?) => {
        &[$(($file, include_str!(concat!("../../wit/v0.1.0/", $file)))),+]
    };
}

/// The files of one package.
type Files = &'static [(&'static str, &'static str)];

const CONTRACT: Files = wit!["deployment.wit", "http.wit", "report.wit", "validator.wit", "world.wit"];

const DEPENDENCIES: [Files; 8] = [
    wit!["deps/cli.wit"],
    wit!["deps/clocks.wit"],
    wit!["deps/config/store.wit", "deps/config/world.wit"],
    wit!["deps/filesystem.wit"],
    wit!["deps/http.wit"],
    wit!["deps/io.wit"],
    wit!["deps/random.wit"],
    wit!["deps/sockets.wit"],
];

/// The world of a plugin that says nothing of its own; a command exports nothing of it.
pub(super) fn of(form: Form) -> Result<(Resolve, WorldId), String> {
    let (mut resolve, package) = contract()?;
    let world = resolve.select_world(&[package], Some("hook")).map_err(|error| error.to_string())?;
    if form.is_command()
        && let Some(world) = resolve.worlds.get_mut(world)
    {
        world.exports.clear();
    }
    Ok((resolve, world))
}

/// The module with a note that it also needs the world of [`exit_status`].
pub(super) fn with_exit_status(mut module: Vec<u8>) -> Result<Vec<u8>, String> {
    let (mut resolve, _) = contract()?;
    let package = resolve.push_source("exit.wit", exit_status::WORLD).map_err(|error| error.to_string())?;
    let world = resolve.select_world(&[package], None).map_err(|error| error.to_string())?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)
        .map_err(|error| error.to_string())?;
    Ok(module)
}

fn contract() -> Result<(Resolve, PackageId), String> {
    let dependencies = DEPENDENCIES.iter().map(|files| parsed(files)).collect::<Result<_, _>>()?;
    let mut resolve = Resolve::default();
    let package = resolve.push_groups(parsed(CONTRACT)?, dependencies).map_err(|error| error.to_string())?;
    Ok((resolve, package))
}

fn parsed(files: Files) -> Result<UnresolvedPackageGroup, String> {
    let mut sources = SourceMap::new();
    for (name, text) in files {
        sources.push_str(name, *text);
    }
    sources.parse().map_err(|(_, error)| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::Form;

    #[test]
    fn the_files_are_all_of_the_world() {
        for (form, exports) in [(Form::Core, 1), (Form::CoreCommand, 0)] {
            let (resolve, world) = of(form).unwrap();
            assert_eq!(resolve.worlds[world].exports.len(), exports);
            assert!(resolve.worlds[world].imports.len() > 25);
        }
    }

    /// A file that is added to the folder has to be added here.
    #[test]
    fn no_file_of_the_folder_is_left_out() {
        fn count(folder: &std::path::Path) -> usize {
            let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
            entries.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
        }
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("wit/v0.1.0");
        let carried =
            super::CONTRACT.len() + super::DEPENDENCIES.iter().map(|files| files.len()).sum::<usize>();
        assert_eq!(carried, count(&folder));
    }
}
