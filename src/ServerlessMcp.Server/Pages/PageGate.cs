using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Access;
using ServerlessMcp.Server.Mcp;

namespace ServerlessMcp.Server.Pages;

/// <summary>
/// Stands before every page, in this order: headers, no key in the URL, whose form it is (Origin, type, size), who it is (session and key), the
/// session's form token, limits, the scope. What fails behind it becomes a page too.
/// </summary>
internal sealed class PageGate(ServerOptions options, PageSessions sessions, CallRates rates, ILogger<PageGate> log)
{
    /// <summary>Everything from here, nothing inline, in nobody's frame.</summary>
    private const string ContentPolicy =
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    /// <param name="show">For a caller who may read.</param>
    public Task GetAsync(HttpContext http, Func<PageRequest, Task<PageAnswer>> show) => RunAsync(http, () => KnownAsync(http, PageForm.None, show));

    /// <param name="act">For a caller who may read; what else they may is its own to ask.</param>
    public Task PostAsync(HttpContext http, Func<PageRequest, Task<PageAnswer>> act) =>
        RunAsync(http, () => FormAsync(http, form => KnownAsync(http, form, act)));

    /// <summary>For who is not known yet.</summary>
    public Task GetByAnybodyAsync(HttpContext http, Func<HttpContext, Task<PageAnswer>> show) => RunAsync(http, () => show(http));

    /// <summary>The same for a form; it must be of the session that its page began.</summary>
    public Task PostByAnybodyAsync(HttpContext http, Func<HttpContext, PageForm, Task<PageAnswer>> act) => RunAsync(http, () => FormAsync(
        http, form => sessions.Read(http.Request) is { } session && sessions.IsFormOf(session, form.One("t"))
            ? act(http, form)
            : Task.FromResult(RefusalPage.ForeignForm)));

    /// <summary>The login form, for this address.</summary>
    public PageAnswer Login(HttpContext http, string to, string? wrong = null)
    {
        var session = sessions.Read(http.Request) ?? sessions.Begin(http, "");
        return LoginPage.Of(to, sessions.FormToken(session), wrong);
    }

    private async Task RunAsync(HttpContext http, Func<Task<PageAnswer>> answer)
    {
        SetHeaders(http.Response.Headers);
        var page = CallerCheck.IsKeyInQuery(http.Request.Query) ? RefusalPage.KeyInUrl : await AnswerAsync(http, answer);
        await page.WriteAsync(http);
    }

    /// <summary>The single place where a failure becomes a page.</summary>
    private async Task<PageAnswer> AnswerAsync(HttpContext http, Func<Task<PageAnswer>> answer)
    {
        try
        {
            return await answer();
        }
        catch (Exception error) when (error is not (OperationCanceledException or BadHttpRequestException))
        {
            return RefusalPage.Of(error, Back(http.Request)) ?? RefusalPage.Failed(HiddenFailure.Log(log, error, "A page"));
        }
        catch (BadHttpRequestException cut)
        {
            return RefusalPage.Of(cut.StatusCode, "This request was cut off or has not the form of one.");
        }
    }

    /// <summary>The page of a form: its address without what the form asks for.</summary>
    private static string Back(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.RouteValues.ContainsKey("id") ? request.Path.Value![..request.Path.Value!.LastIndexOf('/')] : "/page";

    private static async Task<PageAnswer> FormAsync(HttpContext http, Func<PageForm, Task<PageAnswer>> act)
    {
        if (!IsOwnForm(http.Request))
        {
            return RefusalPage.ForeignForm;
        }

        var (form, wrong) = await PageForm.ReadAsync(http.Request);
        return form is null ? RefusalPage.Of(wrong, "A form of these pages was expected, of at most 16 KB.") : await act(form);
    }

    private async Task<PageAnswer> KnownAsync(HttpContext http, PageForm form, Func<PageRequest, Task<PageAnswer>> handle)
    {
        var isPost = HttpMethods.IsPost(http.Request.Method);
        var session = sessions.Read(http.Request);
        if (session is null && !isPost && http.Request.Headers["Sec-Fetch-Site"] == "cross-site")
        {
            return LoginPage.ComeAgain;
        }

        var caller = session is null ? options.NoAuthPrincipal : await sessions.CallerAsync(session, http.Connection.RemoteIpAddress, http.RequestAborted);
        if (caller is null)
        {
            return Login(http, isPost ? "/page" : http.Request.Path + http.Request.QueryString);
        }

        session ??= sessions.Begin(http, "");
        if (isPost && !sessions.IsFormOf(session, form.One("t")))
        {
            return RefusalPage.ForeignForm;
        }

        return await LimitedAsync(new(http, caller, sessions.FormToken(session), form), isPost ? options.Limits.Operate : options.Limits.Read, handle);
    }

    private async Task<PageAnswer> LimitedAsync(PageRequest request, RateLimit limit, Func<PageRequest, Task<PageAnswer>> handle)
    {
        var headers = request.Http.Response.Headers;
        if (await rates.TakeAsync(request.Caller, limit, request.Cancelled) is not { } answer)
        {
            headers.RetryAfter = "5";
            return RefusalPage.Of(StatusCodes.Status503ServiceUnavailable, "Requests that may change something cannot be counted now. Try again.");
        }

        CallRates.Tell(headers, limit, answer);
        return !answer.Fits ? RefusalPage.Of(StatusCodes.Status429TooManyRequests, $"Too many requests. Try again in {Seconds(answer.Wait)} s.")
            : PageRights.MaySee(request.Caller) ? await handle(request)
            : RefusalPage.MayNotSee;
    }

    public static string Seconds(TimeSpan wait) => Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>Sent from our own pages, as far as the browser says where from; the form token says it without the browser.</summary>
    private static bool IsOwnForm(HttpRequest request)
    {
        var (origin, site) = (request.Headers.Origin.ToString(), request.Headers["Sec-Fetch-Site"].ToString());
        return site is "" or "same-origin"
            && (origin is "" or "null" || origin.EndsWith($"://{request.Host.Value}", StringComparison.OrdinalIgnoreCase));
    }

    private static void SetHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
