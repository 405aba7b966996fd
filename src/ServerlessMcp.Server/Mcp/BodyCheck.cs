using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace ServerlessMcp.Server.Mcp;

/// <summary>
/// Reads the body once, within its limit, and refuses what must not reach a tool: another type than JSON (415), too much (413), and an
/// object that has a member twice (400), of which two readers may each see another.
/// </summary>
internal sealed class BodyCheck(RequestDelegate next, ServerOptions options)
{
    private static readonly JsonReaderOptions Reading = new() { MaxDepth = 64 };

    public async Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await next(context);
        }
        else if (!context.Request.HasJsonContentType())
        {
            await JsonRpcErrors.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "Send Content-Type: application/json.");
        }
        else if (await ReadAsync(context.Request, context.RequestAborted) is not { } body)
        {
            await JsonRpcErrors.WriteAsync(
                context, StatusCodes.Status413PayloadTooLarge, $"The body is over {options.MaxBodyBytes} bytes; send less in one request.");
        }
        else if (Twice(body.GetBuffer().AsSpan(0, (int)body.Length)) is { } name)
        {
            await JsonRpcErrors.WriteAsync(
                context, StatusCodes.Status400BadRequest, $"The member '{name}' stands twice in one object; send it once.");
        }
        else
        {
            context.Request.Body = body;
            await next(context);
        }
    }

    /// <returns>Null when it is over the limit.</returns>
    private async Task<MemoryStream?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > options.MaxBodyBytes)
        {
            return null;
        }

        var body = new MemoryStream((int)(request.ContentLength ?? 4096));
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (body.Length + read > options.MaxBodyBytes)
            {
                return null;
            }

            body.Write(chunk, 0, read);
        }

        body.Position = 0;
        return body;
    }

    /// <returns>The first member name that stands twice; null if none does or the text is not JSON, which the SDK answers better.</returns>
    internal static string? Twice(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Reading);
        var open = new Stack<HashSet<string>?>();
        try
        {
            while (reader.Read())
            {
                switch (reader.TokenType)
                {
                    case JsonTokenType.StartObject:
                        open.Push(new(StringComparer.Ordinal));
                        break;
                    case JsonTokenType.StartArray:
                        open.Push(null);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        open.Pop();
                        break;
                    case JsonTokenType.PropertyName when reader.GetString() is { } name && !open.Peek()!.Add(name):
                        return name.Length > 64 ? name[..64] : name;
                    default:
                        break;
                }
            }
        }
        catch (JsonException)
        {
            return null; // Not JSON: the SDK answers with a parse error.
        }

        return null;
    }
}
