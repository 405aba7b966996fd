using Microsoft.AspNetCore.Http;
using ServerlessMcp.Executions.Ports;
using ServerlessMcp.Server.Access;

namespace ServerlessMcp.Server.Pages;

/// <summary>Begins and ends sessions: by a key in the form, or by a one-time code that <c>smcp page</c> has printed.</summary>
internal sealed class PageEntry(PageGate gate, PageSessions sessions, PageCodes codes, FailedCallers failures, KeyStore? keys = null)
{
    private const int MostOfAddress = 500;

    public Task<PageAnswer> ShowAsync(HttpContext http) => Task.FromResult(gate.Login(http, Inside(http.Request.Query["to"])));

    public async Task<PageAnswer> LogInAsync(HttpContext http, PageForm form)
    {
        var address = http.Connection.RemoteIpAddress;
        if (failures.Wait(address) is { } wait)
        {
            http.Response.Headers.RetryAfter = PageGate.Seconds(wait);
            return RefusalPage.Of(StatusCodes.Status429TooManyRequests, "Too many tries from this address had no valid key. Try again later.");
        }

        if (keys is null)
        {
            return RefusalPage.Of(StatusCodes.Status503ServiceUnavailable, "This server was given nothing to check keys with.");
        }

        var shown = form.One("key").Trim();
        if (await keys.VerifyAsync(shown, address, http.RequestAborted) is not { } caller || !ApiKey.TryParse(shown, out var key))
        {
            await failures.CountAsync(address, http.RequestAborted);
            return gate.Login(http, Inside(form.One("to")), "This key does not open.");
        }

        if (!PageRights.MaySee(caller))
        {
            return RefusalPage.MayNotSee;
        }

        sessions.Begin(http, key.Id);
        return PageAnswer.SeeOther(Inside(form.One("to")));
    }

    /// <exception cref="TableUnavailableException">It is not known whether the code opens.</exception>
    public async Task<PageAnswer> EnterAsync(HttpContext http)
    {
        var (address, to) = (http.Connection.RemoteIpAddress, Inside(http.Request.Query["to"]));
        if (failures.Wait(address) is { } wait)
        {
            http.Response.Headers.RetryAfter = PageGate.Seconds(wait);
            return RefusalPage.Of(StatusCodes.Status429TooManyRequests, "Too many tries from this address did not open. Try again later.");
        }

        if (await codes.TakeAsync(http.Request.Query["code"].ToString(), http.RequestAborted) is { } keyId)
        {
            sessions.Begin(http, keyId);
            return PageAnswer.SeeOther(to);
        }

        await failures.CountAsync(address, http.RequestAborted);
        return gate.Login(http, to, "This link was used already, or is older than two minutes. 'smcp page' prints a new one.");
    }

    public static Task<PageAnswer> LogOutAsync(PageRequest request)
    {
        PageSessions.End(request.Http);
        return Task.FromResult(PageAnswer.SeeOther("/page/login"));
    }

    /// <summary>A path of these pages, so that a login leads nowhere else.</summary>
    private static string Inside(string? to) =>
        to is { Length: <= MostOfAddress } && (to == "/page" || to.StartsWith("/page/", StringComparison.Ordinal)) && to.All(c => c is > ' ' and < '\u007f' and not '\\')
        && !to.Contains("//", StringComparison.Ordinal) && !to.StartsWith("/page/enter", StringComparison.Ordinal)
            ? to
            : "/page";
}
