//! Every answer of every operation is as the service's own model says: nothing missing, nothing more, all types right.

use greenlight_tests::{Endpoint, client, silent_lambda};

#[tokio::test]
async fn boto3_judges_every_answer_of_every_operation_by_the_model() {
    let boto3 = client("boto3");
    let lambda = silent_lambda().await;
    let mut endpoint = Endpoint::new("real").env("AWS_ENDPOINT_URL_LAMBDA", &lambda.url());
    endpoint.start().await;
    let call = boto3.script("every_operation.py").args(&[endpoint.url(), &lambda.url()]);
    assert_eq!(call.succeed().await, "34 operations answered as the model says\n");
}

#[tokio::test]
async fn boto3_is_watched_by_a_judge_that_refuses_wrong_answers() {
    let output = client("boto3").script("strict_itself.py").succeed().await;
    assert_eq!(output, "11 kinds of wrong answers refused\n");
}
