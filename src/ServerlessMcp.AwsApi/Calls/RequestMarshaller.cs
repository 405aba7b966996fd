using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using ServerlessMcp.AwsApi.Protocols;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>Turns a call into the SDK's request.</summary>
internal sealed class RequestMarshaller(ServiceConfig config) : IMarshaller<IRequest, AmazonWebServiceRequest>
{
    private readonly bool _isS3 = config.Model.Name == "s3";

    public IRequest Marshall(AmazonWebServiceRequest input)
    {
        var call = (ServiceCall)input;
        var wire = Protocol.Write(config.Model, call.Operation, call.Parameters);
        var request = new DefaultRequest(input, config.Model.SigningName)
        {
            HttpMethod = wire.Method,
            ResourcePath = wire.PathTemplate,
            Content = wire.Body,
            HostPrefix = wire.HostPrefix,
            OverrideSigningServiceName = config.Model.SigningName,
            // S3 alone signs the path as it is sent.
            UseDoubleEncoding = !_isS3,
            UseQueryString = wire.Query.Count > 0,
        };
        if (_isS3)
        {
            request.HostPrefix = BucketPlace.Place(wire, call.Parameters["Bucket"]?.ToString(), config.HasOwnEndpoint) ?? wire.HostPrefix;
            request.ResourcePath = wire.PathTemplate;
        }

        if (call.Operation.NeedsChecksum)
        {
            BodyChecksum.Add(wire, isDefault: call.Operation.Name != "UploadPart");
        }

        // The signer escapes labels; the template stays as it is.
        foreach (var (placeholder, value) in wire.Labels)
        {
            request.AddPathResource(placeholder, value);
        }

        foreach (var (name, value) in wire.Headers)
        {
            request.Headers[name] = value;
        }

        AddQuery(request, wire);
        return request;
    }

    private void AddQuery(DefaultRequest request, WireRequest wire)
    {
        foreach (var group in wire.Query.GroupBy(pair => pair.Key, pair => pair.Value))
        {
            var values = group.ToList();
            if (values.Count > 1)
            {
                request.ParameterCollection.Add(group.Key, values);
            }
            else if (_isS3 && values[0].Length == 0)
            {
                request.AddSubResource(group.Key);
            }
            else
            {
                request.ParameterCollection.Add(group.Key, values[0]);
            }
        }
    }
}
