using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Protocols;

/// <summary>Requests and answers in the service's protocol. Blobs are base64 text, timestamps ISO 8601 text.</summary>
/// <remarks>Idempotency tokens are never filled in: whoever makes a change decides its token. Source: Smithy 2.0, AWS protocols.</remarks>
internal static class Protocol
{
    public static WireRequest Write(ServiceModel model, OperationModel operation, JsonObject parameters)
    {
        var request = model.Protocol switch
        {
            AwsProtocol.AwsJson1_0 or AwsProtocol.AwsJson1_1 => WriteJson(model, operation, parameters),
            AwsProtocol.AwsQuery or AwsProtocol.Ec2Query => WriteQuery(model, operation, parameters),
            _ => RestRequest.Write(model, operation, parameters),
        };
        request.HostPrefix = HostPrefix(model, operation, parameters);
        return request;
    }

    /// <exception cref="UnreadableAnswerException">The answer is not in the protocol.</exception>
    public static JsonObject Read(ServiceModel model, OperationModel operation, WireAnswer answer) => operation.Output < 0
        ? []
        : Read(model, model.ShapeAt(operation.Output), operation.Name, answer);

    /// <param name="operation">For awsQuery, whose answer is inside an element of that name.</param>
    /// <exception cref="UnreadableAnswerException">The answer is not in the protocol.</exception>
    public static JsonObject Read(ServiceModel model, Shape shape, string operation, WireAnswer answer)
    {
        var output = new JsonObject();
        switch (model.Protocol)
        {
            case AwsProtocol.RestJson1 or AwsProtocol.RestXml:
                new RestAnswer(model).Read(shape, answer, output);
                break;
            case var _ when answer.Body.Length == 0:
                break;
            case AwsProtocol.AwsJson1_0 or AwsProtocol.AwsJson1_1:
                using (var document = ParseJson(answer.Body))
                {
                    new JsonBody(model).Read(shape, document.RootElement, output);
                }

                break;
            default:
                var root = XmlAnswer.Root(answer.Body);
                new XmlAnswer(model).Read(shape, root.Elements().FirstOrDefault(e => e.Name.LocalName == operation + "Result") ?? root, output);
                break;
        }

        return output;
    }

    /// <exception cref="UnreadableAnswerException">The body is no JSON.</exception>
    public static JsonDocument ParseJson(byte[] body)
    {
        try
        {
            return JsonDocument.Parse(HalfPairs.Mended(body));
        }
        catch (JsonException e)
        {
            throw new UnreadableAnswerException("The answer is no JSON.", e);
        }
    }

    private static WireRequest WriteJson(ServiceModel model, OperationModel operation, JsonObject parameters)
    {
        var request = new WireRequest();
        request.Headers["X-Amz-Target"] = $"{model.TargetPrefix}.{operation.Name}";
        if (model.IsQueryCompatible)
        {
            request.Headers["x-amzn-query-mode"] = "true";
        }

        var shape = operation.Input < 0 ? null : model.ShapeAt(operation.Input);
        var version = model.Protocol == AwsProtocol.AwsJson1_0 ? "1.0" : "1.1";
        request.SetBody(new JsonBody(model).Write(shape, parameters), $"application/x-amz-json-{version}");
        return request;
    }

    private static WireRequest WriteQuery(ServiceModel model, OperationModel operation, JsonObject parameters)
    {
        var request = new WireRequest();
        request.SetBody(QueryBody.Write(model, operation, parameters), "application/x-www-form-urlencoded; charset=utf-8");
        return request;
    }

    private static string? HostPrefix(ServiceModel model, OperationModel operation, JsonObject parameters)
    {
        if (operation.HostPrefix is null || operation.Input < 0)
        {
            return operation.HostPrefix;
        }

        var prefix = new StringBuilder(operation.HostPrefix);
        foreach (var member in model.ShapeAt(operation.Input).Members.Where(member => member.IsHostLabel))
        {
            prefix.Replace($"{{{member.Name}}}", parameters[member.Name]?.ToString());
        }

        return prefix.ToString();
    }
}
