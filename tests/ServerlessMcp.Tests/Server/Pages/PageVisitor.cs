using System.Net;
using System.Text.RegularExpressions;

namespace ServerlessMcp.Tests.Server.Pages;

/// <summary>A browser as far as these tests need one: keeps cookies by hand, follows nothing, and says where a form was sent from.</summary>
internal sealed partial class PageVisitor(Uri server) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

    /// <summary><c>name=value</c>; empty: none.</summary>
    public string Cookie { get; set; } = "";

    public static async Task<PageVisitor> LoggedInAsync(TestEndpoint server, string key)
    {
        var visitor = new PageVisitor(server.Url);
        var answer = await visitor.LogInAsync(key);
        Assert.Equal(HttpStatusCode.SeeOther, answer.Status);
        return visitor;
    }

    public async Task<PageReply> LogInAsync(string key, string to = "/page")
    {
        var form = await GetAsync("/page/login");
        return await PostAsync("/page/login", new() { ["t"] = form.Token, ["key"] = key, ["to"] = to });
    }

    public Task<PageReply> GetAsync(string path, Action<HttpRequestMessage>? change = null) => SendAsync(new(HttpMethod.Get, new Uri(server, path)), change);

    /// <param name="form">Sent as browsers send it.</param>
    public Task<PageReply> PostAsync(string path, Dictionary<string, string> form, Action<HttpRequestMessage>? change = null) =>
        SendAsync(new(HttpMethod.Post, new Uri(server, path)) { Content = new FormUrlEncodedContent(form) }, request =>
        {
            request.Headers.Add("Origin", "null");
            request.Headers.Add("Sec-Fetch-Site", "same-origin");
            change?.Invoke(request);
        });

    /// <summary>Presses the button of a page that it has loaded: with all that stands in its form.</summary>
    public async Task<PageReply> PressAsync(string page, string action, string? button = null, Action<Dictionary<string, string>>? change = null)
    {
        var markup = (await GetAsync(page)).Body;
        var form = Forms().Matches(markup).FirstOrDefault(one => WebUtility.HtmlDecode(one.Groups["action"].Value).Split('?')[0].EndsWith(action, StringComparison.Ordinal))
            ?? throw new InvalidOperationException($"{page} has no form for {action}.");
        var fields = Fields().Matches(form.Value).ToDictionary(field => field.Groups["name"].Value, field => WebUtility.HtmlDecode(field.Groups["value"].Value));
        if (button is not null)
        {
            fields["decision"] = button;
        }

        change?.Invoke(fields);
        return await PostAsync(WebUtility.HtmlDecode(form.Groups["action"].Value), fields);
    }

    public void Dispose() => _http.Dispose();

    private async Task<PageReply> SendAsync(HttpRequestMessage request, Action<HttpRequestMessage>? change)
    {
        using (request)
        {
            if (Cookie.Length > 0)
            {
                request.Headers.Add("Cookie", Cookie);
            }

            change?.Invoke(request);
            using var answer = await _http.SendAsync(request, TestContext.Current.CancellationToken);
            var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            var set = answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? cookies.Single() : null;
            Cookie = set?.Split(';')[0] ?? Cookie;
            var headers = answer.Headers.ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
            return new(answer.StatusCode, body, answer.Headers.Location?.ToString(), set, headers);
        }
    }

    [GeneratedRegex("""<form[^>]* action="(?<action>[^"]*)".*?</form>""", RegexOptions.Singleline)]
    private static partial Regex Forms();

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)">""")]
    private static partial Regex Fields();
}

/// <param name="Set">The cookie that was set, with its attributes.</param>
internal sealed partial record PageReply(HttpStatusCode Status, string Body, string? Location, string? Set, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Of the first form.</summary>
    public string Token => FormToken().Match(Body).Groups[1].Value;

    [GeneratedRegex("""name="t" value="([^"]*)">""")]
    private static partial Regex FormToken();
}
