using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ServerlessMcp.Server.Pages;

/// <summary>Stylesheet, script and icon, embedded in this assembly. Their addresses change with their content, so that browsers may keep them.</summary>
internal static class PageAssets
{
    private static readonly Lazy<Asset> TheStyle = new(() => Load("page.css", "text/css; charset=utf-8"));
    private static readonly Lazy<Asset> TheScript = new(() => Load("page.js", "text/javascript; charset=utf-8"));
    private static readonly Lazy<Asset> TheIcon = new(() => Load("icon.svg", "image/svg+xml"));

    public static string Style => TheStyle.Value.Address;

    public static string Script => TheScript.Value.Address;

    public static string Icon => TheIcon.Value.Address;

    public static void MapPageAssets(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/page/assets/page.css", Serve(TheStyle));
        routes.MapGet("/page/assets/page.js", Serve(TheScript));
        routes.MapGet("/page/assets/icon.svg", Serve(TheIcon));
    }

    private static RequestDelegate Serve(Lazy<Asset> asset) => http =>
    {
        http.Response.ContentType = asset.Value.Type;
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return http.Response.Body.WriteAsync(asset.Value.Bytes, http.RequestAborted).AsTask();
    };

    private static Asset Load(string name, string type)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not embedded.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new($"/page/assets/{name}?v={Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 6))}", type, bytes);
    }

    private sealed record Asset(string Address, string Type, byte[] Bytes);
}
