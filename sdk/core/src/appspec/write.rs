//! The canonical form: the service's own spelling and order, unknown keys after the known ones of their section.

use super::spec::{AppSpec, AwsvpcConfiguration, CapacityProvider, EcsService, LambdaFunction, Resource};
use super::value::{Section, UnknownKey, Value};
use super::{write_json, write_yaml};

impl AppSpec {
    /// The canonical YAML. Comments and the layout of a text that was read are not part of the value.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        write_yaml::text(&to_value(self))
    }

    /// The canonical JSON, indented by two spaces and ended by a line feed.
    #[must_use]
    pub fn to_json(&self) -> String {
        write_json::text(&to_value(self))
    }
}

fn to_value(spec: &AppSpec) -> Value {
    let write = Write { unknown: &spec.unknown };
    let properties = match &spec.resource {
        Resource::EcsService(service) => write.ecs(service),
        Resource::LambdaFunction(function) => write.lambda(function),
    };
    let resource = write
        .map(Section::Resource, vec![("Type", text(spec.resource.type_name())), ("Properties", properties)]);
    let mut root = vec![
        ("version", Value::Number(AppSpec::VERSION.to_owned())),
        ("Resources", Value::List(vec![Value::Map(vec![(spec.logical_name.clone(), resource)])])),
    ];
    if !spec.hooks.is_empty() {
        let hooks = spec.hooks.iter().map(|(event, function)| {
            Value::Map(vec![(event.as_str().to_owned(), Value::Text(function.to_string()))])
        });
        root.push(("Hooks", Value::List(hooks.collect())));
    }
    write.map(Section::Root, root)
}

struct Write<'a> {
    unknown: &'a [UnknownKey],
}

impl Write<'_> {
    fn ecs(&self, service: &EcsService) -> Value {
        let container = vec![
            ("ContainerName", text(&service.container_name)),
            ("ContainerPort", number(u32::from(service.container_port.get()))),
        ];
        let mut properties = vec![
            ("TaskDefinition", text(service.task_definition.as_str())),
            ("LoadBalancerInfo", self.map(Section::LoadBalancerInfo, container)),
        ];
        if let Some(version) = &service.platform_version {
            properties.push(("PlatformVersion", text(version)));
        }
        if let Some(network) = &service.network_configuration {
            properties.push(("NetworkConfiguration", self.network(network)));
        }
        if !service.capacity_provider_strategy.is_empty() {
            let providers = service.capacity_provider_strategy.iter().enumerate();
            let providers = providers.map(|(index, provider)| self.capacity(index, provider)).collect();
            properties.push(("CapacityProviderStrategy", Value::List(providers)));
        }
        self.map(Section::Properties, properties)
    }

    fn network(&self, network: &AwsvpcConfiguration) -> Value {
        let texts = |items: &[String]| Value::List(items.iter().map(|item| text(item)).collect());
        let inner = vec![
            ("Subnets", texts(&network.subnets)),
            ("SecurityGroups", texts(&network.security_groups)),
            ("AssignPublicIp", text(network.assign_public_ip.as_str())),
        ];
        let inner = self.map(Section::AwsvpcConfiguration, inner);
        self.map(Section::NetworkConfiguration, vec![("AwsvpcConfiguration", inner)])
    }

    fn capacity(&self, index: usize, provider: &CapacityProvider) -> Value {
        let mut entries = vec![("CapacityProvider", text(&provider.capacity_provider))];
        if provider.base > 0 {
            entries.push(("Base", number(provider.base)));
        }
        entries.push(("Weight", number(provider.weight)));
        self.map(Section::CapacityProvider(index), entries)
    }

    fn lambda(&self, function: &LambdaFunction) -> Value {
        let properties = vec![
            ("Name", Value::Text(function.name.to_string())),
            ("Alias", text(&function.alias)),
            ("CurrentVersion", text(&function.current_version)),
            ("TargetVersion", text(&function.target_version)),
        ];
        self.map(Section::Properties, properties)
    }

    /// A map with its known entries, then what was found beside them.
    fn map(&self, section: Section, known: Vec<(&'static str, Value)>) -> Value {
        let unknown = self.unknown.iter().filter(|one| one.section == section);
        let known = known.into_iter().map(|(key, value)| (key.to_owned(), value));
        Value::Map(known.chain(unknown.map(|one| (one.key.clone(), one.value.clone()))).collect())
    }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn number(number: u32) -> Value {
    Value::Number(number.to_string())
}
