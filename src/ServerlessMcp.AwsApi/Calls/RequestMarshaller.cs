using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using Amazon.Runtime.Internal;
using Amazon.Runtime.Internal.Transform;
using ServerlessMcp.AwsApi.Protocols;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>Turns a call into the SDK's request.</summary>
internal sealed partial class RequestMarshaller(ServiceConfig config) : IMarshaller<IRequest, AmazonWebServiceRequest>
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
            PlaceBucket(request, wire, call.Parameters["Bucket"]?.ToString());
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
        if (call.Operation.NeedsChecksum && wire.Body is { Length: > 0 } body)
        {
            request.Headers["Content-MD5"] = Md5(body);
        }

        return request;
    }

    // In the path where the endpoint is not AWS's own or the name is no host name, else in the host.
    private void PlaceBucket(DefaultRequest request, WireRequest wire, string? bucket)
    {
        if (bucket is null)
        {
            return;
        }

        if (config.HasOwnEndpoint || !HostName().IsMatch(bucket))
        {
            wire.PathTemplate = "/{Bucket}" + wire.PathTemplate;
            request.ResourcePath = wire.PathTemplate;
            wire.Labels["{Bucket}"] = bucket;
        }
        else
        {
            request.HostPrefix = bucket + ".";
        }
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

#pragma warning disable CA5351 // S3 asks for MD5 as a checksum of the body, not as a safeguard
    private static string Md5(byte[] body) => Convert.ToBase64String(MD5.HashData(body));
#pragma warning restore CA5351

    // Without dots: the certificate of *.s3.amazonaws.com covers one label.
    [GeneratedRegex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$")]
    private static partial Regex HostName();
}
