//! Faults in whole deployments: the real `bootstrap`, started by the engine's own Lambda Runtime API, reporting to the real
//! endpoint. How long the lifecycle event is in progress for each, and what the host says of it.

mod bundles;
mod events;
mod panics;
mod plugins;
mod processors;
mod readme;
mod row;
mod sentences;
mod servers;
mod table;
mod unreachable;

#[test]
fn every_fault_ends_in_a_report_within_the_functions_own_timeout() {
    let table = processors::on_all(table::measure);
    println!("{}", table::as_text(&table));
    readme::expect_rows(&table);
}

#[test]
fn every_fault_ends_in_a_report_on_one_processor_too() {
    if processors::count() == 1 {
        println!("left out: this machine has one processor, on which the table is measured anyway");
        return;
    }
    println!("{}", table::as_text(&processors::on_one(table::measure)));
}

#[test]
#[ignore = "it writes into the checkout: run it by its name to measure the table of the README anew"]
fn the_table_in_the_readme_is_measured_anew() {
    let all = processors::on_all(table::measure);
    let one = processors::on_one(table::measure);
    readme::write(&all, &one);
}
