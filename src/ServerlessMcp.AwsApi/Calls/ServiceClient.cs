using System.Text.Json.Nodes;
using Amazon.Runtime;
using Amazon.Runtime.Credentials.Internal;
using Amazon.Runtime.Endpoints;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Auth;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Calls;

internal sealed class ServiceCall(OperationModel operation, JsonObject parameters) : AmazonWebServiceRequest
{
    public OperationModel Operation { get; } = operation;

    public JsonObject Parameters { get; } = parameters;
}

internal sealed class ServiceAnswer : AmazonWebServiceResponse
{
    public JsonObject Output { get; init; } = [];

    public int Attempts { get; set; } = 1;
}

/// <summary>Any service inside the SDK's own pipeline, which signs, retries and corrects clock skew; only the protocol is ours.</summary>
/// <remarks>It builds on AWSSDK.Core's public but unsupported Internal namespaces: the exact version is pinned, the wire tests are the gate.</remarks>
internal sealed class ServiceClient(ServiceConfig config, AWSCredentials credentials) : AmazonServiceClient(credentials, config)
{
    private readonly RequestMarshaller _marshaller = new(config);

    protected override IServiceMetadata ServiceMetadata => new Metadata(((ServiceConfig)Config).Model.ServiceId);

    public Task<ServiceAnswer> SendAsync(OperationModel operation, JsonObject parameters, CancellationToken cancellationToken)
    {
        var options = new InvokeOptions
        {
            RequestMarshaller = _marshaller,
            ResponseUnmarshaller = new AnswerUnmarshaller((ServiceConfig)Config, operation),
        };
        return InvokeAsync<ServiceAnswer>(new ServiceCall(operation, parameters), options, cancellationToken);
    }

    protected override void CustomizeRuntimePipeline(RuntimePipeline pipeline)
    {
        pipeline.RemoveHandler<Amazon.Runtime.Internal.EndpointResolver>();
        pipeline.AddHandlerAfter<Marshaller>(new EndpointHandler());
        pipeline.AddHandlerAfter<Marshaller>(new SignatureHandler());
        pipeline.AddHandlerBefore<RetryHandler>(new AttemptCount());
    }

    /// <summary>Stands outside of the retries and tells the answer how many attempts there were.</summary>
    private sealed class AttemptCount : PipelineHandler
    {
        public override async Task<T> InvokeAsync<T>(IExecutionContext executionContext)
        {
            var answer = await base.InvokeAsync<T>(executionContext);
            if (executionContext.ResponseContext.Response is ServiceAnswer counted)
            {
                counted.Attempts = executionContext.RequestContext.Retries + 1;
            }

            return answer;
        }
    }

    private sealed class EndpointHandler : BaseEndpointResolver
    {
        protected override EndpointParameters MapEndpointsParameters(IRequestContext requestContext) =>
            EndpointTable.ParametersOf(requestContext.ClientConfig);

        protected override void ServiceSpecificHandler(IExecutionContext executionContext, EndpointParameters parameters) =>
            InjectHostPrefix(executionContext.RequestContext);
    }

    private sealed class SignatureHandler : BaseAuthResolverHandler
    {
        protected override List<IAuthSchemeOption> ResolveAuthOptions(IExecutionContext executionContext) => AuthSchemeOption.DEFAULT_SIGV4;
    }

    private sealed class Metadata(string serviceId) : IServiceMetadata
    {
        public string ServiceId { get; } = serviceId;

        public IDictionary<string, string> OperationNameMapping { get; } = new Dictionary<string, string>();
    }
}
