using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using ServerlessMcp.Executions;

namespace ServerlessMcp.Server.Pages;

/// <summary>A request for a page by a caller who is known.</summary>
/// <param name="FormToken">For the forms of the answer.</param>
/// <param name="Form">Of a POST; else empty.</param>
internal sealed record PageRequest(HttpContext Http, Principal Caller, string FormToken, PageForm Form)
{
    /// <summary>The <c>{id}</c> of the route.</summary>
    public string Id => (string)Http.Request.RouteValues["id"]!;

    public CancellationToken Cancelled => Http.RequestAborted;
}

/// <summary>The fields of a form; a field that stands twice is none.</summary>
internal sealed class PageForm(IReadOnlyDictionary<string, StringValues> fields)
{
    private const int Most = 16 * 1024;

    public static PageForm None { get; } = new(new Dictionary<string, StringValues>());

    public string One(string name) => fields.TryGetValue(name, out var values) && values.Count == 1 ? values.ToString() : "";

    /// <returns>The form, or the status that says what is wrong with it.</returns>
    public static async Task<(PageForm? Form, int Wrong)> ReadAsync(HttpRequest request)
    {
        if (request.ContentType?.Split(';')[0].Trim() is not "application/x-www-form-urlencoded")
        {
            return (null, StatusCodes.Status415UnsupportedMediaType);
        }

        var (body, length) = (new byte[Most + 1], 0);
        int read;
        while (length <= Most && (read = await request.Body.ReadAsync(body.AsMemory(length), request.HttpContext.RequestAborted)) > 0)
        {
            length += read;
        }

        return length > Most
            ? (null, StatusCodes.Status413PayloadTooLarge)
            : (new(QueryHelpers.ParseQuery(System.Text.Encoding.UTF8.GetString(body, 0, length))), 0);
    }
}
