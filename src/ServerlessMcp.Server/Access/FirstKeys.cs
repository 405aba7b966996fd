namespace ServerlessMcp.Server.Access;

/// <summary>The two keys of a first start, in plain.</summary>
public sealed record FirstKeys(string Agent, string Operator)
{
    /// <summary>They open nothing before <see cref="KeyStore.PutFirstKeysAsync"/>.</summary>
    public static FirstKeys Make() => new(ApiKey.New().Reveal(), ApiKey.New().Reveal());

    /// <summary>Keeps the keys out of logs.</summary>
    public override string ToString() => nameof(FirstKeys);
}
