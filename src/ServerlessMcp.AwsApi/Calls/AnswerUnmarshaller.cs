using System.Net;
using System.Text;
using Amazon.Runtime;
using Amazon.Runtime.Internal.Transform;
using ServerlessMcp.AwsApi.Protocols;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>AWS's error as read from the wire, on its way through the SDK's retries.</summary>
internal sealed class ServiceErrorException(WireError error, Exception? cause, string? requestId, HttpStatusCode status)
    : AmazonServiceException(
        error.Message, cause!, (int)status < 500 ? ErrorType.Sender : ErrorType.Receiver, error.Code, requestId!, status)
{
    public WireError Error { get; } = error;

    /// <summary>Where S3 says that the bucket is; null if it does not say that it is elsewhere.</summary>
    public string? BucketRegion { get; init; }
}

/// <summary>Turns the SDK's response into our answer or error.</summary>
internal sealed class AnswerUnmarshaller(ServiceConfig config, OperationModel operation) : ResponseUnmarshaller
{
    public override AmazonWebServiceResponse Unmarshall(UnmarshallerContext input)
    {
        var answer = ((RawContext)input).ReadAnswer();
        if (answer.Status >= 300)
        {
            // The SDK takes only 400 and more for errors: a redirect, which has done nothing, would pass as done.
            throw Error(answer, null);
        }

        if (config.Model.Protocol == AwsProtocol.RestXml && !HasRawPayload())
        {
            answer = answer with { Body = LateAnswer.Document(operation, answer.Body) };
            if (LateAnswer.IsError(answer.Body))
            {
                throw ErrorInside(answer);
            }
        }

        return new ServiceAnswer
        {
            Output = PolicyDocuments.Decode(config.Model.Name, Protocol.Read(config.Model, operation, answer)),
            ResponseMetadata = new ResponseMetadata { RequestId = RequestId(answer) },
        };
    }

    public override AmazonServiceException UnmarshallException(UnmarshallerContext input, Exception innerException, HttpStatusCode statusCode)
    {
        var answer = ((RawContext)input).ReadAnswer();
        return config.HasOwnEndpoint && IsPage(answer) && answer.Status is 404 or 405 or 500 or 501
            ? NotImplemented(answer, innerException)
            : Error(answer, innerException);
    }

    protected override UnmarshallerContext ConstructUnmarshallerContext(
        Stream responseStream, bool maintainResponseBody, IWebResponseData response, bool isException) =>
        new RawContext(responseStream, response, isException);

    protected override UnmarshallerContext ConstructUnmarshallerContext(
        Stream responseStream, bool maintainResponseBody, IWebResponseData response, bool isException, IRequestContext requestContext) =>
        new RawContext(responseStream, response, isException);

    private ServiceErrorException Error(WireAnswer answer, Exception? cause)
    {
        var error = WireError.Read(config.Model, operation, answer);
        return new(error, cause, RequestId(answer), (HttpStatusCode)answer.Status)
        {
            BucketRegion = config.Model.Name == "s3" ? BucketRegions.HintOf(answer, error.Code) : null,
        };
    }

    /// <summary>The status that the error would have had if it had come first.</summary>
    private ServiceErrorException ErrorInside(WireAnswer answer)
    {
        var passing = Error(answer with { Status = 500 }, null);
        return LateAnswer.IsPassing(passing.ErrorCode) ? passing : Error(answer with { Status = 400 }, null);
    }

    private bool HasRawPayload() => operation.Output >= 0 && config.Model.ShapeAt(operation.Output).Members
        .Any(member => member is { IsPayload: true, Kind: ShapeKind.Blob or ShapeKind.Stream or ShapeKind.String });

    /// <summary>
    /// An endpoint that is not AWS's own answers with a page what it does not know: moto says 500 (or 404) and HTML for an operation that it lacks.
    /// That is a refusal, not a passing fault. AWS's own endpoints never get this reading: there a 500 is a 500.
    /// </summary>
    private ServiceErrorException NotImplemented(WireAnswer answer, Exception? cause)
    {
        var message = $"The endpoint answered {config.Model.Name} {operation.Name} with a web page ({answer.Status}): it does not implement this operation.";
        return new(new("NotImplemented", "NotImplemented", message, []), cause, RequestId(answer), HttpStatusCode.NotImplemented);
    }

    private static bool IsPage(WireAnswer answer)
    {
        var start = Encoding.UTF8.GetString(answer.Body, 0, Math.Min(answer.Body.Length, 64)).TrimStart();
        return start.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || start.StartsWith("<html", StringComparison.OrdinalIgnoreCase);
    }

    private static string? RequestId(WireAnswer answer)
    {
        foreach (var name in (ReadOnlySpan<string>)["x-amzn-requestid", "x-amz-request-id"])
        {
            if (answer.Headers.TryGetValue(name, out var id))
            {
                return id;
            }
        }

        return null;
    }

    /// <summary>The SDK's context for a whole body; it has no parser of its own.</summary>
    private sealed class RawContext : UnmarshallerContext
    {
        private readonly Stream? _body;

        public RawContext(Stream? body, IWebResponseData response, bool isException)
        {
            _body = body;
            IsException = isException;
            WebResponseData = response; // unset, the SDK fails after the call has succeeded
        }

        public override string CurrentPath => "";

        public override int CurrentDepth => 0;

        public override bool IsStartElement => false;

        public override bool IsEndElement => false;

        public override bool IsStartOfDocument => false;

        public WireAnswer ReadAnswer()
        {
            using var bytes = new MemoryStream();
            _body?.CopyTo(bytes);
            var headers = WebResponseData.GetHeaderNames()
                .ToDictionary(name => name, WebResponseData.GetHeaderValue, StringComparer.OrdinalIgnoreCase);
            return new((int)WebResponseData.StatusCode, headers, bytes.ToArray());
        }
    }
}
