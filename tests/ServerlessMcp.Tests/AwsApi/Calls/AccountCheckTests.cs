using Amazon.Runtime;
using Microsoft.Extensions.Time.Testing;
using ServerlessMcp.AwsApi;
using ServerlessMcp.AwsApi.Calls;

namespace ServerlessMcp.Tests.AwsApi.Calls;

public sealed class AccountCheckTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly BasicAWSCredentials _credentials = new("key", "secret");
    private int _asked;

    [Fact]
    public async Task A_call_for_another_account_than_the_credentials_is_refused()
    {
        var check = new AccountCheck(_time);

        await check.DemandAsync("111122223333", _credentials, () => AnswerAsync("111122223333"));
        var refusal = await Assert.ThrowsAsync<AwsCallException>(
            () => check.DemandAsync("444455556666", _credentials, () => AnswerAsync("111122223333")));

        Assert.Equal((AwsFailure.Refused, "WrongAccount", false), (refusal.Failure, refusal.Code, refusal.MayHaveTakenEffect));
        Assert.Equal("The credentials are of account 111122223333, the call is for 444455556666.", refusal.AwsMessage);
    }

    [Fact]
    public async Task Aws_is_asked_again_after_five_minutes()
    {
        var check = new AccountCheck(_time);

        await check.DemandAsync("111122223333", _credentials, () => AnswerAsync("111122223333"));
        await check.DemandAsync("111122223333", _credentials, () => AnswerAsync("111122223333"));
        Assert.Equal(1, _asked);

        _time.Advance(TimeSpan.FromMinutes(6));
        await Assert.ThrowsAsync<AwsCallException>(() => check.DemandAsync("111122223333", _credentials, () => AnswerAsync("999900001111")));
        Assert.Equal(2, _asked);
    }

    private Task<string> AnswerAsync(string account)
    {
        _asked++;
        return Task.FromResult(account);
    }
}
