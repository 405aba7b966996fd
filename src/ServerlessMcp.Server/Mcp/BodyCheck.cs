using System.Text.Json;
using Microsoft.AspNetCore.Http;
using ServerlessMcp.Server.Tools;

namespace ServerlessMcp.Server.Mcp;

/// <summary>
/// Reads the body once, within its limit, and refuses what must not reach a tool: another type than JSON (415), too much (413), what is no
/// JSON in UTF-8, is too deep or holds too many values (400), and an object that has a member twice (400), of which two readers may each see another.
/// </summary>
internal sealed class BodyCheck(RequestDelegate next, ServerOptions options)
{
    private const int MaxDepth = 64;

    /// <summary>Values of all levels: a plan of 100 steps has some thousands.</summary>
    private const int MaxValues = 50_000;

    private static readonly JsonReaderOptions Reading = new() { MaxDepth = MaxDepth };

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
        else if (Wrong(body.GetBuffer().AsSpan(0, (int)body.Length)) is { } wrong)
        {
            await JsonRpcErrors.WriteAsync(context, StatusCodes.Status400BadRequest, wrong.Message, wrong.Code);
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

    /// <summary>What this reader does not take, no later one sees: a later one may skip a byte order mark or be less strict.</summary>
    /// <returns>Null when nothing is wrong.</returns>
    internal static (string Message, int Code)? Wrong(ReadOnlySpan<byte> json)
    {
        try
        {
            return Count(json) > MaxValues ? ($"The body holds more than {MaxValues} values; send less in one request.", JsonRpcErrors.InvalidRequest)
                : Twice(json) is { } name ? ($"The member '{name}' stands twice in one object; send it once.", JsonRpcErrors.InvalidRequest)
                : null;
        }
        catch (JsonException)
        {
            return ($"The body is not JSON in UTF-8, or is nested deeper than {MaxDepth}.", JsonRpcErrors.ParseError);
        }
        catch (InvalidOperationException)
        {
            return ("A text in the body is not Unicode: half of a surrogate pair, or bytes that are not UTF-8.", JsonRpcErrors.ParseError);
        }
    }

    /// <summary>Before any value is kept.</summary>
    private static int Count(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Reading);
        var count = 0;
        while (count <= MaxValues && reader.Read())
        {
            count += reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.EndObject or JsonTokenType.EndArray ? 0 : 1;
        }

        return count;
    }

    /// <returns>The first member name that stands twice; null if none does.</returns>
    /// <exception cref="InvalidOperationException">A name or a text is not Unicode; the reader says so only when it is asked for it.</exception>
    private static string? Twice(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Reading);
        var open = new Stack<HashSet<string>?>();
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
                case JsonTokenType.String:
                    reader.GetString();
                    break;
                case JsonTokenType.PropertyName when reader.GetString() is { } name && !open.Peek()!.Add(name):
                    return Views.Cut(name);
                default:
                    break;
            }
        }

        return null;
    }
}
