using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>Endpoints from the table that the build evaluated out of the service's rules.</summary>
internal sealed class EndpointTable(ServiceModel model, ModelIndex index) : IEndpointProvider
{
    public static EndpointParameters ParametersOf(IClientConfig config)
    {
        var parameters = new EndpointParameters
        {
            ["Region"] = config.RegionEndpoint?.SystemName ?? config.AuthenticationRegion,
            ["UseFIPS"] = config.UseFIPSEndpoint,
            ["UseDualStack"] = config.UseDualstackEndpoint,
        };
        if (config.ServiceURL is { } url)
        {
            parameters["Endpoint"] = url;
        }

        return parameters;
    }

    public Endpoint ResolveEndpoint(EndpointParameters parameters)
    {
        if (parameters["Endpoint"] is string url)
        {
            return new Endpoint(url);
        }

        var region = (string)parameters["Region"];
        var variant = (parameters["UseFIPS"] is true ? "f" : "") + (parameters["UseDualStack"] is true ? "d" : "");
        var suffix = variant.Length == 0 ? "" : "|" + variant;
        if (!model.Endpoints.TryGetValue(region + suffix, out var entry)
            && !model.Endpoints.TryGetValue(index.FindPartition(region) + suffix, out entry))
        {
            throw new AmazonClientException($"{model.Name} has no {(variant.Length == 0 ? "" : "FIPS or dual-stack ")}endpoint in {region}.");
        }

        var parts = entry.Split('|');
        var endpoint = new Endpoint("https://" + parts[0].Replace("{r}", region, StringComparison.Ordinal));
        if (parts.Length == 3)
        {
            // Global services are signed for their home Region, whatever Region was asked for.
            endpoint.Attributes = new PropertyBag
            {
                ["authSchemes"] = new List<object>
                {
                    new PropertyBag
                    {
                        ["name"] = "sigv4",
                        ["signingName"] = parts[1].Length > 0 ? parts[1] : model.SigningName,
                        ["signingRegion"] = parts[2].Length > 0 ? parts[2] : region,
                    },
                },
            };
        }

        return endpoint;
    }
}
