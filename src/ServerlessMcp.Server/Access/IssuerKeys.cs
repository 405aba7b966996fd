using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace ServerlessMcp.Server.Access;

/// <summary>
/// The public keys of one issuer: found by its metadata, kept for 12 hours, and when it is away as long as it is. A key id that is not among
/// them is looked for once in 5 minutes. Thread safe.
/// </summary>
/// <remarks>Source: OpenID Connect Discovery 1.0, RFC 8414 (metadata), RFC 7517 (keys). No redirects, 3 seconds, 256 KB.</remarks>
internal sealed class IssuerKeys(JwtIssuer issuer, HttpClient http, TimeProvider time) : IDisposable
{
    public const int MostBytes = 256 * 1024;

    private static readonly TimeSpan Kept = TimeSpan.FromHours(12);
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(5);

    /// <summary>With no keys at all a next try is worth more, and is still no flood.</summary>
    private static readonly TimeSpan BetweenCold = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _loading = new(1);
    private volatile Loaded? _known;
    private DateTimeOffset _nextTry = DateTimeOffset.MinValue;

    /// <param name="keyId">Of the token; null if it has none.</param>
    /// <returns>All keys; that of the token may not be among them.</returns>
    /// <exception cref="IssuerAwayException">No keys were ever had.</exception>
    public async Task<IReadOnlyList<SecurityKey>> GetAsync(string? keyId, CancellationToken cancellationToken)
    {
        if (IsGood(keyId) is { } known)
        {
            return known;
        }

        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (IsGood(keyId) is { } others)
            {
                return others;
            }

            await TryLoadAsync(cancellationToken);
        }
        finally
        {
            _loading.Release();
        }

        return _known?.Keys ?? throw new IssuerAwayException(issuer.Name);
    }

    public void Dispose() => _loading.Dispose();

    /// <returns>The keys, if they are young and that of the token is among them.</returns>
    private IReadOnlyList<SecurityKey>? IsGood(string? keyId) => _known is { } known && known.At + Kept > time.GetUtcNow()
        && (keyId is null || known.Keys.Any(key => key.KeyId == keyId)) ? known.Keys : null;

    private async Task TryLoadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (now < _nextTry)
        {
            return;
        }

        var isFirst = _known is null;
        _nextTry = now + (isFirst ? BetweenCold : Between);
        try
        {
            _known = new(await LoadAsync(cancellationToken), now);
            _nextTry = isFirst ? now : _nextTry;
        }
        catch (Exception away) when (away is HttpRequestException or JsonException or InvalidDataException or ArgumentException or IOException
            || (away is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // The keys that are known stay good; with none the caller is told that nothing can be said.
        }
    }

    private async Task<IReadOnlyList<SecurityKey>> LoadAsync(CancellationToken cancellationToken)
    {
        var metadata = await MetadataAsync(cancellationToken);
        if (!metadata.TryGetProperty("issuer", out var name) || name.GetString() != issuer.Name
            || !metadata.TryGetProperty("jwks_uri", out var place) || !Uri.TryCreate(place.GetString(), UriKind.Absolute, out var keys) || !JwtSettings.IsSafe(keys))
        {
            throw new InvalidDataException("The metadata are another issuer's, or name no keys.");
        }

        return [.. new JsonWebKeySet(await TextAsync(keys, cancellationToken)).GetSigningKeys()];
    }

    private async Task<JsonElement> MetadataAsync(CancellationToken cancellationToken)
    {
        var address = new Uri(issuer.Name);
        var path = address.AbsolutePath.TrimEnd('/');
        try
        {
            return JsonElement.Parse(await TextAsync(new(address, $"{path}/.well-known/openid-configuration"), cancellationToken));
        }
        catch (HttpRequestException absent) when (absent.StatusCode is System.Net.HttpStatusCode.NotFound)
        {
            return JsonElement.Parse(await TextAsync(new(address, $"/.well-known/oauth-authorization-server{path}"), cancellationToken));
        }
    }

    private async Task<string> TextAsync(Uri address, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync(address, cancellationToken);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync(cancellationToken);
    }

    private sealed record Loaded(IReadOnlyList<SecurityKey> Keys, DateTimeOffset At);
}

/// <summary>Of an issuer no keys are known, and it does not answer: nothing can be said about its tokens.</summary>
internal sealed class IssuerAwayException(string issuer) : Exception($"The issuer {issuer} does not answer, and none of its keys are known.");
