//! Every modelled error that an operation can raise is raised through a real client.

use greenlight_tests::{Endpoint, client, silent_lambda};

#[tokio::test]
async fn boto3_meets_every_modelled_error_of_every_operation() {
    let boto3 = client("boto3");
    let lambda = silent_lambda().await;
    let mut endpoint = Endpoint::new("real").env("AWS_ENDPOINT_URL_LAMBDA", &lambda.url());
    endpoint.start().await;
    let call = boto3.script("errors.py").args(&[endpoint.url(), &lambda.url()]);
    let expected = "222 errors raised, 55 pairs of operation and error left out with a reason\n";
    assert_eq!(
        call.succeed().await,
        expected,
        "what is raised and left out is in tests/clients/error_cases.py"
    );
}
