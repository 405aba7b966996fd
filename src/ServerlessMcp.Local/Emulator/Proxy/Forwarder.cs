using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace ServerlessMcp.Local.Emulator.Proxy;

/// <summary>Sends requests on to the emulator byte for byte, one attempt each.</summary>
internal sealed class Forwarder(Uri emulator) : IDisposable
{
    private const string Target = "X-Amz-Target";

    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
        { "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade", "TE", "Trailer", "Expect", "Content-Length" };

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
    })
    { Timeout = TimeSpan.FromMinutes(2) };

    /// <exception cref="HttpRequestException">The emulator does not answer.</exception>
    public async Task<Answer> SendAsync(string method, string rawTarget, IHeaderDictionary headers, byte[] body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(new(method), At(rawTarget)) { Content = body.Length > 0 ? new ByteArrayContent(body) : null };
        foreach (var (name, values) in headers)
        {
            if (!HopByHop.Contains(name) && !request.Headers.TryAddWithoutValidation(name, values.ToArray()))
            {
                (request.Content ??= new ByteArrayContent([])).Headers.TryAddWithoutValidation(name, values.ToArray());
            }
        }

        return await AnswerAsync(request, cancellationToken);
    }

    /// <summary>Asks in the account and region of <paramref name="like"/>: an EC2 style query, or with <c>X-Amz-Target</c> among its members in JSON.</summary>
    public async Task<string> AskAsync(AwsRequest like, IReadOnlyDictionary<string, string> query, CancellationToken cancellationToken)
    {
        if (!query.TryGetValue(Target, out var target))
        {
            return await TextAsync(like, new(HttpMethod.Post, emulator) { Content = new FormUrlEncodedContent(query) }, cancellationToken);
        }

        var members = new JsonObject(query.Where(one => one.Key != Target).Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value)));
        var request = new HttpRequestMessage(HttpMethod.Post, emulator) { Content = new StringContent(members.ToJsonString(), null, "application/x-amz-json-1.1") };
        request.Headers.Add(Target, target);
        return await TextAsync(like, request, cancellationToken);
    }

    public Task<string> GetAsync(AwsRequest like, string path, CancellationToken cancellationToken) =>
        TextAsync(like, new(HttpMethod.Get, new Uri(emulator, path)), cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<string> TextAsync(AwsRequest like, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using (request)
        {
            // The emulator reads the scope and checks no signature.
            request.Headers.TryAddWithoutValidation(
                "Authorization",
                $"AWS4-HMAC-SHA256 Credential={like.AccessKey}/20260101/{like.Region}/{like.Service}/aws4_request, SignedHeaders=host, Signature=0");
            return Encoding.UTF8.GetString((await AnswerAsync(request, cancellationToken)).Body);
        }
    }

    private async Task<Answer> AnswerAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var response = await _http.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(one => !HopByHop.Contains(one.Key) || (one.Key == "Content-Length" && request.Method == HttpMethod.Head))
            .Select(one => KeyValuePair.Create(one.Key, one.Value.ToArray()));
        return new((int)response.StatusCode, [.. headers], body);
    }

    // As it came: an S3 key may hold what canonicalization would change.
    private Uri At(string rawTarget) =>
        new(emulator.GetLeftPart(UriPartial.Authority) + rawTarget, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
}
