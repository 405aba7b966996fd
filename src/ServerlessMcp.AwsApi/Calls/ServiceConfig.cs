using Amazon;
using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using ServerlessMcp.AwsApi.Catalog;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>The SDK's configuration for one service in one Region.</summary>
internal sealed class ServiceConfig : ClientConfig
{
    public ServiceConfig(ServiceModel model, ModelIndex index, AwsClientOptions options, string region, Transport transport, int retries)
        : base(new StandardDefaults())
    {
        Model = model;
        HttpClientFactory = transport;
        RetryMode = RequestRetryMode.Standard;
        MaxErrorRetry = retries;
        // The SDK sends up to ten times more when a connection is lost, outside of the count above: a change must never be sent twice.
        MaxStaleConnectionRetries = 0;
        AllowAutoRedirect = false;
        ServiceId = model.ServiceId;
        AuthenticationServiceName = model.SigningName;
        EndpointProvider = new EndpointTable(model, index);
        if (options.Endpoint is { } endpoint)
        {
            IsSealed = true;
            IgnoreConfiguredEndpointUrls = true;
            UseFIPSEndpoint = false;
            UseDualstackEndpoint = false;
            DisableHostPrefixInjection = true;
            ServiceURL = endpoint.ToString();
            AuthenticationRegion = region;
            return;
        }

        IgnoreConfiguredEndpointUrls = options.OnlyAwsEndpoints;
        RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        if (ServiceURL is not null)
        {
            // The user's own AWS_ENDPOINT_URL: the SDK then forgets the Region.
            AuthenticationRegion = region;
        }
    }

    public ServiceModel Model { get; }

    public bool IsSealed { get; }

    /// <summary>Some other server than AWS's own may answer.</summary>
    public bool HasOwnEndpoint => ServiceURL is not null;

    public override string ServiceVersion => Model.ApiVersion;

    public override string UserAgent => "serverless-mcp/0.1";

    public override string RegionEndpointServiceName => Model.SigningName;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        EndpointProvider.ResolveEndpoint(EndpointTable.ParametersOf(this));

    /// <summary>Never "auto", which would ask the instance metadata service where this machine is.</summary>
    private sealed class StandardDefaults : IDefaultConfigurationProvider
    {
        public IDefaultConfiguration GetDefaultConfiguration(RegionEndpoint clientRegion, DefaultConfigurationMode? requestedConfigurationMode) =>
            new DefaultConfiguration
            {
                Name = DefaultConfigurationMode.Standard,
                RetryMode = RequestRetryMode.Standard,
                S3UsEast1RegionalEndpoint = S3UsEast1RegionalEndpointValue.Regional,
            };
    }
}
