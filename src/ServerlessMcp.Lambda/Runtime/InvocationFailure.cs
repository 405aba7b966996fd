using System.Buffers;
using System.Text.Json;
using ServerlessMcp.Executions.Secrecy;

namespace ServerlessMcp.Lambda.Runtime;

/// <summary>Why an invocation, or the start, has failed: <c>{"errorType", "errorMessage", "stackTrace": []}</c>. The stack goes to the log alone.</summary>
/// <param name="ErrorType">What Step Functions sees as the name of the error.</param>
/// <remarks>Source: Lambda Developer Guide, "Using the Lambda runtime API", invocation error.</remarks>
internal sealed record InvocationFailure(string ErrorType, string Message)
{
    private const int LongestMessage = 2000;

    /// <summary>Without the exception's message, which may hold what the caller must not read.</summary>
    public static InvocationFailure Of(Exception failure) =>
        new(failure.GetType().Name, "The function failed with an error of its own; its log has the details under this request id.");

    public ReadOnlyMemory<byte> ToJson()
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            var message = Redaction.Text(Message);
            writer.WriteStartObject();
            writer.WriteString("errorType"u8, ErrorType);
            writer.WriteString("errorMessage"u8, message.Length <= LongestMessage ? message : message[..LongestMessage]);
            writer.WriteStartArray("stackTrace"u8);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return json.WrittenMemory;
    }
}
