using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace ServerlessMcp.Tests.Lambda.Runtime;

/// <summary>What a function sent.</summary>
/// <param name="Path">Ends with <c>response</c> or <c>error</c>.</param>
/// <param name="ErrorType">Of the header, or of the trailer of a streamed answer.</param>
/// <param name="ErrorBody">The trailer's, decoded.</param>
internal sealed record EmulatedAnswer(string Path, bool IsStreamed, string? ContentType, byte[] Body, string? ErrorType, string? ErrorBody)
{
    private const string Type = "Lambda-Runtime-Function-Error-Type";

    public bool IsError => Path.EndsWith("/error", StringComparison.Ordinal);

    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>Of a streamed answer: what stands before the eight zero bytes, and what comes after them.</summary>
    public (JsonNode Head, string Body) Parts
    {
        get
        {
            var zeros = Body.AsSpan().IndexOf(new byte[8]);
            return (JsonNode.Parse(Body.AsSpan(0, zeros))!, Encoding.UTF8.GetString(Body.AsSpan(zeros + 8)));
        }
    }

    public static async Task<EmulatedAnswer> ReadAsync(HttpContext context, TaskCompletionSource<byte[]> first)
    {
        var request = context.Request;
        var isStreamed = request.Headers["Lambda-Runtime-Function-Response-Mode"] == "streaming";
        using var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, context.RequestAborted)) > 0)
        {
            body.Write(buffer, 0, read);
            first.TrySetResult(body.ToArray());
        }

        var type = request.Headers[Type].FirstOrDefault();
        string? errorBody = null;
        if (isStreamed && request.SupportsTrailers() && request.CheckTrailersAvailable())
        {
            type ??= request.GetTrailer(Type).FirstOrDefault();
            errorBody = request.GetTrailer("Lambda-Runtime-Function-Error-Body").FirstOrDefault() is { } base64 ? Encoding.UTF8.GetString(Convert.FromBase64String(base64)) : null;
        }

        return new(request.Path, isStreamed, request.ContentType, body.ToArray(), type, errorBody);
    }
}
