//! Credentials for what is no AWS.

use aws_config::Region;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::Credentials;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

/// Those that are set somewhere, in the order of AWS's own chain, or made-up ones. The last one of that chain is left out: the metadata of
/// an instance, which takes seconds to find where there is none.
pub(super) fn or_made_up(region: &Region, http_client: SharedHttpClient) -> CredentialsProviderChain {
    let config = ProviderConfig::default().with_region(Some(region.clone())).with_http_client(http_client);
    let profile = ProfileFileCredentialsProvider::builder().configure(&config).build();
    let web_identity = WebIdentityTokenCredentialsProvider::builder().configure(&config).build();
    let container = EcsCredentialsProvider::builder().configure(&config).build();
    let made_up = Credentials::new("local", "local", None, None, "greenlight");
    CredentialsProviderChain::first_try("Environment", EnvironmentVariableCredentialsProvider::new())
        .or_else("Profile", profile)
        .or_else("WebIdentityToken", web_identity)
        .or_else("EcsContainer", container)
        .or_else("MadeUp", made_up)
}
