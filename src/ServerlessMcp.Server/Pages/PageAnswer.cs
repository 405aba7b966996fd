using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace ServerlessMcp.Server.Pages;

/// <summary>What a page's handler answers.</summary>
/// <param name="Location">A path of ours, with a status that leads there.</param>
internal sealed record PageAnswer(int Status, Html Body, string? Location = null)
{
    /// <summary>For what is looked at again and again: the answer is 304 while it stays the same.</summary>
    public bool IsCompared { get; init; }

    public static PageAnswer Of(Html body) => new(StatusCodes.Status200OK, body);

    /// <summary>After a form, so that going back or loading anew sends it no second time.</summary>
    public static PageAnswer SeeOther(string path) => new(StatusCodes.Status303SeeOther, Html.Nothing, path);

    public Task WriteAsync(HttpContext http)
    {
        var response = http.Response;
        response.StatusCode = Status;
        if (Location is not null)
        {
            response.Headers.Location = Location;
            return Task.CompletedTask;
        }

        var markup = Body.ToString();
        if (IsCompared)
        {
            var mark = $"\"{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(markup)).AsSpan(0, 16))}\"";
            response.Headers.ETag = mark;
            if (http.Request.Headers.IfNoneMatch == mark)
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return Task.CompletedTask;
            }
        }

        response.ContentType = "text/html; charset=utf-8";
        return response.WriteAsync(markup, http.RequestAborted);
    }
}
