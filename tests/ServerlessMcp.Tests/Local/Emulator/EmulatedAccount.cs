using System.Text.RegularExpressions;
using Amazon.Runtime;

namespace ServerlessMcp.Tests.Local.Emulator;

/// <summary>One of the emulator's accounts: it tells them apart by the access key, which a user of the account must have.</summary>
public sealed partial record EmulatedAccount(string Id, string AccessKey)
{
    public BasicAWSCredentials Credentials { get; } = new(AccessKey, "sandbox");

    public static async Task<EmulatedAccount> OpenAsync(Uri emulator, string id)
    {
        using var http = new HttpClient();
        await AskAsync(http, emulator, id, "CreateUser");
        var answer = await AskAsync(http, emulator, id, "CreateAccessKey");
        return new(id, AccessKeyId().Match(answer).Groups["id"].Value);
    }

    private static async Task<string> AskAsync(HttpClient http, Uri emulator, string id, string action)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, emulator)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["Action"] = action, ["UserName"] = "proof", ["Version"] = "2010-05-08" }),
        };
        request.Headers.Add("x-moto-account-id", id);
        request.Headers.TryAddWithoutValidation(
            "Authorization", "AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0");
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }

    [GeneratedRegex("<AccessKeyId>(?<id>[^<]+)</AccessKeyId>")]
    private static partial Regex AccessKeyId();
}
