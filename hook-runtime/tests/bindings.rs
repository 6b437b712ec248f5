//! The contract's bindings in C are those that the generator makes of it today.

use snapbox::{Data, assert_data_eq};
use wit_bindgen_core::{Files, wit_parser::Resolve};

/// What plugins in C get of the contract. WASI is the business of their C library.
const WORLD: &str = "
    package greenlight:bindings;
    world hook {
        import wasi:config/store@0.2.0-rc.1;
        import greenlight:hook/deployment@0.1.0;
        import greenlight:hook/report@0.1.0;
        import greenlight:hook/http@0.1.0;
        export greenlight:hook/validator@0.1.0;
    }
";

/// The generator asks for an object file that describes the world, which the encoder of components does without.
const OBJECT_FILE: &str = "// Ensure that the *_component_type.o object is linked in";

/// Made anew with `SNAPSHOTS=overwrite`.
#[test]
fn the_bindings_in_c_are_current() {
    let files = generate();
    let text = |name: &str| {
        let (_, bytes) = files.iter().find(|(found, _)| *found == name).unwrap();
        let text = std::str::from_utf8(bytes).unwrap();
        text.split_once(OBJECT_FILE)
            .map_or_else(|| text.to_owned(), |(kept, _)| format!("{}\n", kept.trim_end()))
    };
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("bindings/c");
    for name in ["hook.h", "hook.c"] {
        assert_data_eq!(text(name), Data::read_from(&folder.join(name), None).raw());
    }
}

fn generate() -> Files {
    let mut resolve = Resolve::default();
    resolve.push_path(concat!(env!("CARGO_MANIFEST_DIR"), "/wit/v0.1.0")).unwrap();
    let package = resolve.push_str("bindings.wit", WORLD).unwrap();
    let world = resolve.select_world(&[package], Some("hook")).unwrap();
    let options = wit_bindgen_c::Opts { no_object_file: true, ..Default::default() };
    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files).unwrap();
    files
}
