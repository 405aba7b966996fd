using System.Security;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Local.Emulator.Proxy;

/// <summary>An answer, with its body in memory.</summary>
internal sealed record Answer(int Status, IReadOnlyList<KeyValuePair<string, string[]>> Headers, byte[] Body)
{
    public string? ContentType =>
        Headers.FirstOrDefault(one => one.Key.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault();
}

/// <summary>Writes an AWS error as the service's wire format has it.</summary>
internal static class AwsErrorAnswer
{
    public static Answer Write(AwsWire wire, int status, string code, string message)
    {
        var id = Executions.Ids.New("proxy");
        return wire switch
        {
            AwsWire.Json or AwsWire.RestJson => Json(status, code, message, id),
            AwsWire.Ec2 => Xml(status, id, $"<Response><Errors><Error>{Error(code, message)}</Error></Errors><RequestID>{id}</RequestID></Response>"),
            AwsWire.S3 => Xml(status, id, $"<Error>{Error(code, message)}<RequestId>{id}</RequestId></Error>"),
            _ => Xml(status, id, $"<ErrorResponse><Error><Type>Sender</Type>{Error(code, message)}</Error><RequestId>{id}</RequestId></ErrorResponse>"),
        };
    }

    private static string Error(string code, string message) =>
        $"<Code>{SecurityElement.Escape(code)}</Code><Message>{SecurityElement.Escape(message)}</Message>";

    private static Answer Xml(int status, string id, string body) =>
        new(status, [new("Content-Type", ["text/xml"]), new("x-amzn-RequestId", [id])], Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + body));

    private static Answer Json(int status, string code, string message, string id)
    {
        var body = new JsonObject { ["__type"] = code, ["message"] = message }.ToJsonString();
        return new(
            status,
            [new("Content-Type", ["application/x-amz-json-1.1"]), new("x-amzn-ErrorType", [code]), new("x-amzn-RequestId", [id])],
            Encoding.UTF8.GetBytes(body));
    }
}
