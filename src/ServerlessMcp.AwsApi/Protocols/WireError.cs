using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Protocols;

/// <summary>An error from the wire.</summary>
/// <param name="Code">As the service sent it, without namespace and address.</param>
/// <param name="ShapeName">The model's name of the error where it has one; a query-compatible service sends both.</param>
/// <param name="Members">The error's modelled members; empty if it has none.</param>
internal sealed record WireError(string Code, string ShapeName, string Message, JsonObject Members)
{
    /// <remarks>An answer to HEAD has no body: the code is then the status, in words (<c>NotFound</c>).</remarks>
    public static WireError Read(ServiceModel model, OperationModel operation, WireAnswer answer)
    {
        try
        {
            return model.Protocol is AwsProtocol.AwsJson1_0 or AwsProtocol.AwsJson1_1 or AwsProtocol.RestJson1
                ? ReadJson(model, operation, answer)
                : ReadXml(model, operation, answer);
        }
        catch (UnreadableAnswerException)
        {
            // An error in some other format (a proxy's page): its status and its beginning are all there is to tell.
            var text = Encoding.UTF8.GetString(answer.Body, 0, Math.Min(answer.Body.Length, 200));
            return new(StatusCode(answer.Status), StatusCode(answer.Status), text, []);
        }
    }

    private static WireError ReadJson(ServiceModel model, OperationModel operation, WireAnswer answer)
    {
        using var document = Protocol.ParseJson(answer.Body.Length == 0 ? "{}"u8.ToArray() : answer.Body);
        var body = document.RootElement;
        var name = Plain(answer.Headers.GetValueOrDefault("x-amzn-errortype") ?? Text(body, "__type", "code", "Code"), answer.Status);
        var code = answer.Headers.GetValueOrDefault("x-amzn-query-error")?.Split(';')[0] is { } query && model.IsQueryCompatible ? query : name;
        return Build(model, operation, answer, code, name, Text(body, "message", "Message", "errorMessage"));
    }

    private static WireError ReadXml(ServiceModel model, OperationModel operation, WireAnswer answer)
    {
        var root = answer.Body.Length == 0 ? null : XmlAnswer.Root(answer.Body);
        var error = root?.DescendantsAndSelf().FirstOrDefault(element => element.Name.LocalName == "Error");
        var code = Plain(Child(error, "Code"), answer.Status);
        var inner = error is null ? answer : answer with { Body = Encoding.UTF8.GetBytes(error.ToString(SaveOptions.DisableFormatting)) };
        return Build(model, operation, inner, code, code, Child(error, "Message") ?? Child(error, "message"));
    }

    private static WireError Build(
        ServiceModel model, OperationModel operation, WireAnswer answer, string code, string name, string? message)
    {
        var shape = operation.Errors.Select(model.ShapeAt).FirstOrDefault(error => error.Name == name || error.ErrorCode == name);
        var members = shape is null || answer.Body.Length == 0 ? [] : Protocol.Read(model, shape, operation.Name, answer);
        return new(code, shape?.Name ?? name, message ?? $"The service answered {answer.Status} and no message.", members);
    }

    // "aws.protocoltests#FooError:http://..." is FooError.
    private static string Plain(string? code, int status)
    {
        if (string.IsNullOrEmpty(code))
        {
            return StatusCode(status);
        }

        var name = code.Split(':')[0];
        return name[(name.IndexOf('#', StringComparison.Ordinal) + 1)..];
    }

    private static string StatusCode(int status) => ((System.Net.HttpStatusCode)status).ToString();

    private static string? Child(XElement? error, string name) =>
        error?.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value;

    private static string? Text(JsonElement body, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (body.ValueKind == JsonValueKind.Object && body.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)
            {
                return value.ToString();
            }
        }

        return null;
    }
}
