using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ServerlessMcp.Local.Emulator.Proxy;

/// <summary>
/// The proxy's second port: <c>GET, POST (add), PUT (replace), DELETE /_smcp/rules</c> with an array of <see cref="ProxyRule"/>, and
/// <c>GET, DELETE /_smcp/records</c>. Every request carries <c>X-Smcp-Secret</c>.
/// </summary>
internal sealed class ProxyControl(ProxyRules rules, ProxyRecords records, string secret)
{
    private readonly byte[] _secret = Encoding.UTF8.GetBytes(secret);

    public async Task HandleAsync(HttpContext http)
    {
        var given = Encoding.UTF8.GetBytes(http.Request.Headers["X-Smcp-Secret"].ToString());
        if (!CryptographicOperations.FixedTimeEquals(given, _secret))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        http.Response.ContentType = "application/json";
        switch (http.Request.Method, http.Request.Path.Value)
        {
            case ("GET", "/_smcp/rules"):
                await JsonSerializer.SerializeAsync(http.Response.Body, rules.All(), ProxyJson.Default.Rules, http.RequestAborted);
                break;
            case ("POST" or "PUT", "/_smcp/rules"):
                await SetAsync(http);
                break;
            case ("DELETE", "/_smcp/rules"):
                rules.Clear();
                break;
            case ("GET", "/_smcp/records"):
                await JsonSerializer.SerializeAsync(http.Response.Body, records.All(), ProxyJson.Default.Records, http.RequestAborted);
                break;
            case ("DELETE", "/_smcp/records"):
                records.Clear();
                break;
            default:
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private async Task SetAsync(HttpContext http)
    {
        try
        {
            var given = await JsonSerializer.DeserializeAsync(http.Request.Body, ProxyJson.Default.ListProxyRule, http.RequestAborted) ?? [];
            if (http.Request.Method == "PUT")
            {
                rules.Replace(given);
            }
            else
            {
                rules.Add(given);
            }
        }
        catch (JsonException)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsync(
                """{"error":"An array of rules is expected: [{\"service\",\"operation\",\"nth\",\"times\",\"action\",\"code\",\"message\",\"status\",\"ms\"}]."}""",
                http.RequestAborted);
        }
    }
}
