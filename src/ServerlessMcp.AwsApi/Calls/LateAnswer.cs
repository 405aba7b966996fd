using System.Text;
using ServerlessMcp.AwsApi.Protocols;
using ServerlessMcp.AwsApi.Shapes;

namespace ServerlessMcp.AwsApi.Calls;

/// <summary>S3 begins some answers before it knows how they end: 200, white space to keep the connection, then a result or an error, or nothing.</summary>
/// <remarks>Source: Amazon S3 API Reference, CopyObject, UploadPartCopy and CompleteMultipartUpload; Knowledge Center, "200 error for CopyObject".</remarks>
internal static class LateAnswer
{
    private static readonly HashSet<string> Late = new(StringComparer.Ordinal) { "CompleteMultipartUpload", "CopyObject", "UploadPartCopy" };

    // What S3 asks to be tried again; every other error is a refusal.
    private static readonly HashSet<string> Passing = new(StringComparer.Ordinal) { "InternalError", "RequestTimeout", "ServiceUnavailable", "SlowDown" };

    /// <summary>The body from its first character on.</summary>
    /// <exception cref="UnreadableAnswerException">An operation that always answers with a document has answered with none.</exception>
    public static byte[] Document(OperationModel operation, byte[] body)
    {
        var start = body.AsSpan().IndexOfAnyExcept(" \t\r\n"u8);
        if (start < 0 && Late.Contains(operation.Name))
        {
            throw new UnreadableAnswerException("S3 answered 200 and then nothing: how it ended is not known.");
        }

        return start <= 0 ? body : body[start..];
    }

    public static bool IsError(byte[] document)
    {
        var start = Encoding.UTF8.GetString(document, 0, Math.Min(document.Length, 512));
        if (start.StartsWith("<?xml", StringComparison.Ordinal) && start.IndexOf("?>", StringComparison.Ordinal) is var end and > 0)
        {
            start = start[(end + 2)..].TrimStart();
        }

        return start.StartsWith("<Error>", StringComparison.Ordinal) || start.StartsWith("<Error ", StringComparison.Ordinal);
    }

    public static bool IsPassing(string code) => Passing.Contains(code);
}
